{{/* The image of the web container. */}}
{{- define "web.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- printf "prod.tencentcloudcr.com/shop/web:%s" $tag -}}
{{- end -}}

{{- define "web.sidecar" -}}
prod.tencentcloudcr.com/shop/sidecar:{{ .Values.sidecar.tag }}
{{- end -}}
