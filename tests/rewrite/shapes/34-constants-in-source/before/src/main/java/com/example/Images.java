package com.example;

final class Images {
    static final String WEB = "ccr.ccs.tencentyun.com/shop/web:v1";
}
