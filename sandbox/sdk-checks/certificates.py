#!/usr/bin/env python3
"""Runs Tencent's own SDK of the SSL service, unmodified, against the sandbox:

tcr-sandbox --account accounts/clusters.yaml -- python3 sdk-checks/certificates.py

(Not called ssl.py: Python would take that for its own module.)
"""

from sdk import Service, check

SSL = Service("ssl", "v20191205", "SslClient")
# A service without regions.
ssl = SSL.client(region="")

answer = SSL.call(ssl, "DescribeCertificates", Offset=0, Limit=100)
certificates = answer.Certificates
check("two certificates", answer.TotalCount == 2 == len(certificates))
check("names", certificates[0].SubjectAltName == ["images.example.com", "*.example.com"])
check("the first is its domain", certificates[0].Domain == "images.example.com")
check("issued, and over", [one.Status for one in certificates] == [1, 3])
check("the end is a time", certificates[1].CertEndTime == "2020-01-01 00:00:00")
page = SSL.call(ssl, "DescribeCertificates", Offset=1, Limit=1)
check("pages", [one.CertificateId for one in page.Certificates] == ["cert-old"])
one = SSL.call(ssl, "DescribeCertificates", CertIds=["cert-new"])
check("by id", one.TotalCount == 1)
