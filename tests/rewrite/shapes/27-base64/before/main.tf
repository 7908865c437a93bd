resource "kubernetes_secret" "ccr" {
  binary_data = {
    ".dockerconfigjson" = "eHsiYXV0aHMiOnsiY2NyLmNjcy50ZW5jZW50eXVuLmNvbSI6e319fQ=="
  }
}
