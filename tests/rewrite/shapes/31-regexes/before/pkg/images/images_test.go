package images

func TestOf(t *testing.T) {
	if got := Of("web"); got != "ccr.ccs.tencentyun.com/shop/web:v1" {
		t.Fatal(got)
	}
}
