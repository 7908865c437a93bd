REGISTRY ?= ccr.ccs.tencentyun.com
pull:
	docker pull $(REGISTRY)/tkeimages/agent:v1
