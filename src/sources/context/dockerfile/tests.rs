use crate::sources::context::testing::said;

fn dockerfile(text: &str) -> Vec<String> {
    said("Dockerfile", text)
}

#[test]
fn images_that_are_pulled_are_known() {
    for (text, expected) in [
        ("FROM CCR/shop/b:1 AS x\n", "FROM: Container"),
        ("from CCR/shop/b:1 as x\n", "FROM: Container"),
        ("FROM --platform=linux/amd64 CCR/shop/b:1\n", "FROM: Container"),
        ("FROM --platform=$BUILDPLATFORM \\\n  CCR/shop/b:1\n", "FROM: Container"),
        ("FROM \\\r\n  # why\r\n\r\n  CCR/shop/b:1\r\n", "FROM: Container"),
        ("FROM ${BASE:-CCR/shop/b:1}\n", "FROM: Container"),
        ("FROM x\nCOPY --from=CCR/shop/b:1 /a /b\n", "COPY --from: Container"),
        ("FROM x\nADD --chown=a --from=CCR/shop/b /a /b\n", "ADD --from: Container"),
        (
            "FROM x\nRUN --mount=type=bind,from=CCR/shop/b:1,target=/x make\n",
            "RUN --mount: Container",
        ),
        (
            "FROM x\nRUN --network=none --mount=from=CCR/shop/b:1,target=/x \\\n make\n",
            "RUN --mount: Container",
        ),
        ("# syntax=CCR/shop/dockerfile:1\nFROM x\n", "# syntax: Container"),
        ("# escape=`\n# syntax=CCR/shop/dockerfile:1\nFROM x\n", "# syntax: Container"),
        ("ARG BASE=CCR/shop/b:1\nFROM ${BASE} AS x\n", "ARG BASE: Container"),
        ("ARG BASE=\"CCR/shop/b:1\"\nFROM $BASE\n", "ARG BASE: Container"),
        ("ARG A=1 BASE=CCR/shop/b:1\nFROM x\nCOPY --from=$BASE a b\n", "ARG BASE: Container"),
        ("ARG BASE=CCR/shop/b\nFROM ${BASE}:${TAG}\n", "ARG BASE: Reference"),
        ("ARG REGISTRY=CCR\nFROM ${REGISTRY}/shop/b:1\n", "ARG REGISTRY: Reference"),
        ("FROM x\nONBUILD COPY --from=CCR/shop/b:1 a b\n", "ONBUILD COPY --from: Container"),
        ("FROM x\nLABEL base=CCR/shop/b:1 y=z\n", "LABEL base: Reference"),
        ("FROM x\nENV IMAGE CCR/shop/b:1\n", "ENV IMAGE: Reference"),
        ("FROM x\nENV A=\"x y\" \\\n  IMAGE='CCR/shop/b:1'\n", "ENV IMAGE: Reference"),
        ("FROM x\n# FROM CCR/shop/b\n", ": Comment"),
        ("FROM x\n# syntax=CCR/shop/b\n", ": Comment"),
        ("FROM x\nRUN a \\\n  # CCR/shop/b\n  && b\n", ": Comment"),
        ("FROM \\\n  # CCR/shop/b\n  b\n", ": Comment"),
        ("build:\n  FROM x\n  SAVE IMAGE --push CCR/shop/b:1\n", "SAVE IMAGE: Push"),
    ] {
        assert_eq!(dockerfile(text), [expected], "{text}");
    }
}

#[test]
fn commands_are_read_as_commands() {
    for (text, expected) in [
        ("FROM x\nRUN docker pull CCR/shop/b\n", "docker pull: Container"),
        ("FROM x\nRUN a \\\n && docker push CCR/shop/b\n", "docker push: Push"),
        ("FROM x\nRUN [\"docker\", \"push\", \"CCR/shop/b\"]\n", "docker push: Push"),
        (
            "FROM x\nCMD [\"/bin/sh\", \"-c\", \"docker pull CCR/shop/b\"]\n",
            "docker pull: Container",
        ),
        ("FROM x\nENTRYPOINT [\"agent\", \"--image=CCR/shop/b\"]\n", "agent --image: Container"),
        ("FROM x\nHEALTHCHECK --interval=5s CMD curl https://CCR/v2/\n", "curl: Url"),
        ("FROM x\nRUN echo 'CCR' > /etc/x\n", "echo: Reference"),
        ("FROM x\nRUN sed -i s/CCR/x/ /etc/x\n", "shell: sed: Pattern"),
        ("FROM x\nRUN curl https://CCR/v2/\n", "curl: Url"),
        ("FROM x\nADD https://CCR/v2/x /x\n", "ADD: Url"),
        ("FROM x\nRUN <<EOF\ndocker push CCR/shop/b\nEOF\n", "docker push: Push"),
        (
            "FROM x\nRUN <<-'EOF' bash\n\tdocker push CCR/shop/b\n\tEOF\nUSER y\n",
            "docker push: Push",
        ),
        ("FROM x\nRUN cat <<EOF > /Dockerfile\nFROM CCR/shop/b\nEOF\n", "FROM: Container"),
        ("FROM x\nCOPY <<EOF /app/Dockerfile\nFROM CCR/shop/b\nEOF\n", "FROM: Container"),
        ("FROM x\nCOPY <<A <<B /app/\na\nA\nCCR/shop/b\nB\nUSER CCR/a/b\n", "COPY: Reference"),
        ("# escape=`\nFROM x\nRUN a `\n && docker push CCR/shop/b\n", "docker push: Push"),
        (
            "FROM x\nRUN echo '{\"auths\":{\"CCR\":{}}}' > /root/.docker/config.json\n",
            "auths[\"ccr.ccs.tencentyun.com\"] (key): Auths",
        ),
        ("FROM x\nCOPY x /etc/docker/certs.d/CCR/\n", "COPY: Mirror"),
        ("FROM x\nUSER x\n\n", ""),
    ] {
        let said = dockerfile(text);
        assert_eq!(said.first().map_or("", String::as_str), expected, "{text}");
    }
}

#[test]
fn a_marker_keeps_what_it_stands_at() {
    assert_eq!(
        dockerfile("# ccr2tcr:keep\nFROM CCR/a/b\nFROM CCR/a/c"),
        ["FROM: Container kept", "FROM: Container"]
    );
}
