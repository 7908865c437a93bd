//! From an address to the node that has it. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::evidence::Place;

/// The addresses of the nodes of all clusters that were given.
#[derive(Debug, Default)]
pub(super) struct Places {
    nodes: BTreeMap<String, (String, String)>,
    /// Clusters whose nodes were all listed.
    known: usize,
    /// Clusters whose nodes were not.
    unknown: usize,
}

impl Places {
    /// Adds the nodes of a cluster.
    pub(super) fn add(&mut self, cluster: &str, nodes: &[Value]) {
        self.known += 1;
        for node in nodes {
            let name = node["metadata"]["name"].as_str().unwrap_or_default();
            let addresses = node["status"]["addresses"].as_array();
            for address in addresses.into_iter().flatten() {
                if matches!(address["type"].as_str(), Some("InternalIP" | "ExternalIP"))
                    && let Some(address) = address["address"].as_str()
                {
                    self.nodes.insert(address.to_owned(), (cluster.to_owned(), name.to_owned()));
                }
            }
        }
    }

    /// Notes a cluster whose nodes could not be listed: what is none of the others' may be its.
    pub(super) fn miss(&mut self) {
        self.unknown += 1;
    }

    /// What the address is.
    pub(super) fn of(&self, address: &str) -> Place {
        match self.nodes.get(address) {
            Some((cluster, name)) => Place::Node { cluster: cluster.clone(), name: name.clone() },
            None if self.known == 0 || self.unknown > 0 || address.is_empty() => Place::Unknown,
            None => Place::NotANode,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_no_node_only_if_all_nodes_are_known() {
        let mut places = Places::default();
        assert_eq!(places.of("10.0.0.5"), Place::Unknown, "no cluster was given");
        let node = json!({"metadata": {"name": "n1"}, "status": {"addresses": [
            {"type": "InternalIP", "address": "10.0.0.5"},
            {"type": "ExternalIP", "address": "203.0.113.5"},
            {"type": "Hostname", "address": "n1"}]}});
        places.add("prod", &[node]);
        for address in ["10.0.0.5", "203.0.113.5"] {
            let node = Place::Node { cluster: "prod".to_owned(), name: "n1".to_owned() };
            assert_eq!(places.of(address), node);
        }
        assert_eq!(places.of("10.0.0.6"), Place::NotANode);
        assert_eq!(places.of(""), Place::Unknown);
        places.miss();
        assert_eq!(places.of("10.0.0.6"), Place::Unknown);
    }
}
