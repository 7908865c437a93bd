REGISTRY = "ccr.ccs.tencentyun.com"
IMAGE = f"ccr.ccs.tencentyun.com/shop/web:{VERSION}"
