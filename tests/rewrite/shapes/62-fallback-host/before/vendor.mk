REGISTRY ?= ccr.ccs.tencentyun.com
pull:
	docker pull $(REGISTRY)/vendor/db:v1
