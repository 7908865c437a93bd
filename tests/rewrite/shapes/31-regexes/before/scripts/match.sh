#!/bin/bash
if [[ $image =~ ^ccr\.ccs\.tencentyun\.com/(.*)$ ]]; then
  echo "${BASH_REMATCH[1]}"
fi
