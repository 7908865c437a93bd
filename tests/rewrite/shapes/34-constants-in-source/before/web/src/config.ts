export const image = `ccr.ccs.tencentyun.com/shop/web:${version}`;
