package dev.evertoken.providers.internal.oauth2;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** The proxies of the JVM, also if the application replaces {@link ProxySelector#getDefault} later. Thread-safe. */
final class JvmProxies extends ProxySelector {

    @Override
    public List<Proxy> select(URI uri) {
        ProxySelector current = ProxySelector.getDefault();
        return current == null ? List.of(Proxy.NO_PROXY) : current.select(uri);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
        ProxySelector current = ProxySelector.getDefault();
        if (current != null) {
            current.connectFailed(uri, proxy, failure);
        }
    }
}
