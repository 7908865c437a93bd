#!/bin/sh
tccli tsf DeployContainerGroup --RepoName shop/web --Server ccr.ccs.tencentyun.com --RepoType personal
