-- jobs of the scheduler
INSERT INTO job (name, spec) VALUES ('report', '{"image": "prod.tencentcloudcr.com/shop/report:v1", "cpu": 1}');
UPDATE job SET image = 'prod.tencentcloudcr.com/shop/report:v2' WHERE id = 7;
