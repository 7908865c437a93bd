def test_image():
    assert render("web") == "ccr.ccs.tencentyun.com/shop/web:v1"
