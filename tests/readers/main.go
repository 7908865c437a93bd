// Readers reads what the ecosystem's own programs read, with their own code, so that the tests can
// compare: Docker's configuration (docker/cli), the logins that crane finds (go-containerregistry),
// proxies (golang.org/x/net, which is in each of Go's programs).
//
// A question is one line of JSON on standard input, an answer one line on standard output.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"golang.org/x/net/http/httpproxy"
)

type question struct {
	Kind        string
	Environment map[string]string
	// Of docker: the text of config.json, as bytes.
	Config []byte
	Host   string
	// Of crane: with its host.
	Repository string
	// Of proxies.
	Address string
}

type login struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	IdentityToken string `json:"identitytoken"`
	RegistryToken string `json:"registrytoken"`
}

type answer struct {
	Login *login `json:"login,omitempty"`
	Proxy string `json:"proxy,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	input := bufio.NewReader(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked question
		if err == nil {
			err = json.Unmarshal(line, &asked)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Clearenv()
		for name, value := range asked.Environment {
			os.Setenv(name, value)
		}
		told, err := read(asked)
		if err != nil {
			told = answer{Error: err.Error()}
		}
		output.Encode(told)
	}
}

func read(asked question) (answer, error) {
	switch asked.Kind {
	case "docker":
		return docker(asked)
	case "crane":
		return crane(asked)
	case "proxy":
		return proxy(asked)
	}
	return answer{}, fmt.Errorf("no such reader: %s", asked.Kind)
}

func docker(asked question) (answer, error) {
	file := configfile.New("config.json")
	if err := file.LoadFromReader(bytes.NewReader(asked.Config)); err != nil {
		return answer{}, err
	}
	found, err := file.GetAuthConfig(asked.Host)
	if err != nil {
		return answer{}, err
	}
	return answer{Login: &login{found.Username, found.Password, found.IdentityToken, found.RegistryToken}}, nil
}

func crane(asked question) (answer, error) {
	// It looks for its folder once for a process; the questions are about several.
	folder := asked.Environment["DOCKER_CONFIG"]
	if folder == "" {
		folder = asked.Environment["HOME"] + "/.docker"
	}
	config.SetDir(folder)
	repository, err := name.NewRepository(asked.Repository)
	if err != nil {
		return answer{}, err
	}
	found, err := authn.DefaultKeychain.Resolve(repository)
	if err != nil {
		return answer{}, err
	}
	said, err := found.Authorization()
	if err != nil {
		return answer{}, err
	}
	return answer{Login: &login{said.Username, said.Password, said.IdentityToken, said.RegistryToken}}, nil
}

func proxy(asked question) (answer, error) {
	address, err := url.Parse(asked.Address)
	if err != nil {
		return answer{}, err
	}
	found, err := httpproxy.FromEnvironment().ProxyFunc()(address)
	if err != nil || found == nil {
		return answer{}, err
	}
	return answer{Proxy: strings.TrimSuffix(found.String(), "/")}, nil
}
