//! XML: Maven, `MSBuild`, Jenkins' jobs. Which element a name stands in.

use memchr::{memchr, memmem};

use super::Purpose;
use super::keys::{by_key, plain};
use super::kind::FileKind;
use super::outline::{Form, Meaning, Outline, Part, within};
use crate::sources::find::Found;
use crate::sources::span::Span;

/// How many of the elements around a place are looked at.
const AROUND: usize = 12;

/// No name of an element is longer, in bytes.
const LONGEST: usize = 64;

/// No value of an attribute is looked through further for its name, in bytes.
const LONGEST_VALUE: usize = 1024;

/// What each of `found` means in XML.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let outline = Outline { meanings, ..Outline::default() };
    let mut reader = Reader { bytes, found, outline, open: Vec::new() };
    let mut at = 0;
    while at < bytes.len() {
        let tag = memchr(b'<', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        reader.text(at..tag);
        at = if tag < bytes.len() { reader.tag(tag) } else { tag };
    }
    reader.outline
}

struct Reader<'a> {
    bytes: &'a [u8],
    found: &'a [Found],
    outline: Outline,
    /// The names of the elements that are open, outermost first.
    open: Vec<Span>,
}

impl Reader<'_> {
    /// Reads what begins with `<` at `start`. Where the text behind it begins.
    fn tag(&mut self, start: usize) -> usize {
        let rest = &self.bytes[start..];
        let behind = |end: &[u8], from: usize| {
            let at = rest.get(from..).and_then(|rest| memmem::find(rest, end));
            at.map_or(self.bytes.len(), |at| start + from + at + end.len())
        };
        if rest.starts_with(b"<!--") {
            let end = behind(b"-->", 4);
            self.outline.comment(self.found, &(start..end));
            return end;
        }
        if let Some(text) = rest.strip_prefix(b"<![CDATA[") {
            let end = behind(b"]]>", self.bytes.len() - start - text.len());
            self.text(start + 9..end);
            return end;
        }
        let end = behind(b">", 1);
        let tag = &self.bytes[start..end];
        if tag.starts_with(b"</") {
            self.open.pop();
            return end;
        }
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte);
        let length = tag[1..].iter().take(LONGEST).take_while(is_name).count();
        let name = start + 1..start + 1 + length;
        for index in within(self.found, &(start..end)) {
            let place = self.found[index].span.start.max(name.end);
            let before = &self.bytes[name.end.max(place.saturating_sub(LONGEST_VALUE))..place];
            let equals = memchr::memrchr(b'=', before).map_or(0, |equals| equals);
            let attribute = before[..equals].trim_ascii();
            let from = attribute.iter().rposition(|byte| !is_name(&byte)).map_or(0, |at| at + 1);
            let attribute = String::from_utf8_lossy(&attribute[from..]);
            let place = format!("{} {attribute}", self.name(&name));
            self.outline.meanings[index] = Meaning::new(Purpose::Reference, place);
        }
        if length > 0 && !tag.ends_with(b"/>") {
            self.open.push(name);
        }
        end
    }

    fn name(&self, span: &Span) -> String {
        String::from_utf8_lossy(&self.bytes[span.clone()]).into_owned()
    }

    fn text(&mut self, span: Span) {
        let range = within(self.found, &span);
        if range.is_empty() && memchr(b'$', &self.bytes[span.clone()]).is_none() {
            return;
        }
        let around = &self.open[self.open.len().saturating_sub(AROUND)..];
        let Some((last, blocks)) = around.split_last() else { return };
        let key = self.name(last);
        if matches!(key.as_str(), "command" | "script") && !range.is_empty() {
            let is_script = key == "command";
            let kind = Some(if is_script { FileKind::Shell } else { FileKind::Groovy });
            self.outline.parts.push(Part { span, kind, path: String::new(), form: Form::Plain });
            return;
        }
        let blocks: Vec<String> = blocks.iter().map(|block| plain(&self.name(block))).collect();
        let purpose = own(&blocks, &plain(&key)).or_else(|| by_key(&blocks, &plain(&key)));
        if let Some(purpose @ (Purpose::Push | Purpose::Login)) = &purpose {
            let text = &self.bytes[span.start..span.end.min(span.start + 256)];
            self.outline.variables.used(&String::from_utf8_lossy(text), purpose);
        } else {
            let text = &self.bytes[span.start..span.end.min(span.start + 256)];
            self.outline.variables.set(&key, &String::from_utf8_lossy(text));
        }
        let names = around[around.len().saturating_sub(3)..].iter().map(|name| self.name(name));
        let place = names.collect::<Vec<_>>().join(".");
        for meaning in &mut self.outline.meanings[range] {
            let purpose = purpose.clone().unwrap_or(Purpose::Reference);
            *meaning = Meaning::new(purpose, place.clone());
            meaning.variable = Some(key.clone());
        }
    }
}

/// Of Maven's plugins for images.
fn own(blocks: &[String], key: &str) -> Option<Purpose> {
    let ends = |names: &[&str]| {
        let from = blocks.len().saturating_sub(names.len());
        blocks[from..].iter().map(String::as_str).eq(names.iter().copied())
    };
    Some(match key {
        "name" if ends(&["images", "image"]) || ends(&["configuration", "image"]) => Purpose::Push,
        "registry" | "repository" | "imagename" | "pushregistry" if ends(&["configuration"]) => {
            Purpose::Push
        }
        "from" if ends(&["image", "build"]) => Purpose::Container,
        "id" if ends(&["server"]) => Purpose::Login,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::sources::context::testing::said;

    #[test]
    fn elements_are_the_place() {
        for (text, expected) in [
            ("<jib><from><image>CCR/a/b</image></from></jib>", "jib.from.image: Container"),
            ("<jib><to><image>CCR/a/b</image></to></jib>", "jib.to.image: Push"),
            ("<to>\n <!-- CCR/a/b -->\n</to>", ": Comment"),
            (
                "<x><properties><docker.image>CCR/a/b</docker.image></properties></x>",
                "x.properties.docker.image: Reference",
            ),
            (
                "<properties><r>CCR</r></properties><to><image>${r}/a/b</image></to>",
                "properties.r: Push",
            ),
            (
                "<properties><a.r>CCR</a.r></properties><to><image>${a.r}/a/b</image></to>",
                "properties.a.r: Push",
            ),
            ("<images><image><name>CCR/a/b</name></image></images>", "images.image.name: Push"),
            ("<image><build><from>CCR/a/b</from></build></image>", "image.build.from: Container"),
            (
                "<plugin><configuration><registry>CCR</registry></configuration></plugin>",
                "plugin.configuration.registry: Push",
            ),
            ("<servers><server><id>CCR</id></server></servers>", "servers.server.id: Login"),
            (
                "<PropertyGroup><ContainerRegistry>CCR</ContainerRegistry></PropertyGroup>",
                "PropertyGroup.ContainerRegistry: Push",
            ),
            (
                "<PropertyGroup><ContainerBaseImage>CCR/a/b</ContainerBaseImage></PropertyGroup>",
                "PropertyGroup.ContainerBaseImage: Container",
            ),
            ("<add key=\"Image\" value=\"CCR/a/b\"/>", "add value: Reference"),
            ("<command>cd x &amp;&amp; docker push CCR/a/b</command>", "docker push: Push"),
            ("<a><![CDATA[CCR/a/b]]></a>", "a: Reference"),
            ("<url>https://CCR/v2/</url>", "url: Url"),
            ("</a></a><", ""),
            ("<a CCR", "a : Reference"),
        ] {
            let said = said("pom.xml", text);
            assert_eq!(said.first().map_or("", String::as_str), expected, "{text}");
        }
    }
}
