#!/bin/bash
if [[ "$image" == ccr.ccs.tencentyun.com/* ]]; then echo ccr; fi
[ "$registry" = "ccr.ccs.tencentyun.com" ] && echo ccr
case "$image" in
  ccr.ccs.tencentyun.com/*) echo ccr ;;
  *) echo other ;;
esac
