HOST = "x"
image = 'ccr.ccs.tencentyun.com' + "/" + name
