kubectl get secret qcloudregistrykey -o yaml
