# ccr.ccs.tencentyun.com/shop/a:1
// ccr.ccs.tencentyun.com/shop/b:1
/* ccr.ccs.tencentyun.com/shop/c:1
   ccr.ccs.tencentyun.com/shop/d:1 */
locals { image = "prod.tencentcloudcr.com/shop/web:v1" } # ccr.ccs.tencentyun.com/shop/e:1
