package images

deny[msg] {
  not regex.match("^ccr\\.ccs\\.tencentyun\\.com/", input.image)
  msg := "no"
}
