package dev.evertoken.processes;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.testing.TestProcessLink;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Refreshes accounts with the settings of the JVM, which it changes between the refreshes. */
final class JvmNetworkProcess {

    private final TestProcessLink parent = TestProcessLink.ofThisProcess();
    private final Tokens tokens;

    private JvmNetworkProcess(URI server) {
        this.tokens = Tokens.builder()
                .namespace("network")
                .store("memory:")
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(server)
                        .authentication(ClientAuthentication.TLS_CLIENT_AUTH)
                        .refreshModel(RefreshModel.STATIC)
                        .build())
                .client("acme", ClientRegistration.ofPublic("client-1"))
                .build();
    }

    public static void main(String[] arguments) {
        new JvmNetworkProcess(URI.create(arguments[0]))
                .run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    }

    private void run(int proxyPort, int socksPort) {
        refresh("without-credentials");
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                boolean asked = getRequestorType() == RequestorType.PROXY && getRequestingPort() == proxyPort;
                return new PasswordAuthentication(asked ? "desk" : "nobody", "canary-4711".toCharArray());
            }
        });
        refresh("through-proxy");
        System.setProperty("http.nonProxyHosts", "127.*");
        refresh("past-the-proxy");
        System.clearProperty("https.proxyHost");
        System.setProperty("socksNonProxyHosts", "");
        System.setProperty("socksProxyHost", "127.0.0.1");
        System.setProperty("socksProxyPort", String.valueOf(socksPort));
        refresh("through-socks");
        ProxySelector.setDefault(new Selected(proxyPort));
        refresh("through-selected");
        parent.writeLine("end");
    }

    private void refresh(String account) {
        TokenKey key = TokenKey.of("acme", account);
        Instant issued = Instant.now().minus(Duration.ofHours(2));
        tokens.connect(
                key,
                TokenSet.builder("at-1")
                        .refreshToken("rt-1")
                        .issuedAt(issued)
                        .expiresAt(issued.plus(Duration.ofHours(1)))
                        .build());
        try {
            parent.writeLine(account + ": " + tokens.accessToken(key).value().reveal());
        } catch (TokenException e) {
            parent.writeLine(account + ": " + e.problem() + " " + e.detail());
        }
    }

    /** A selector of the application. */
    private static final class Selected extends ProxySelector {
        private final int port;

        Selected(int port) {
            this.port = port;
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", port)));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
