package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.TransportSettings;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.HttpUrl;

/**
 * Records how far one call comes on its way to the server: through which proxy, the name that was looked up last,
 * whether its connection was reused, and whether the body was written. Thread-safe.
 */
final class CallPath extends EventListener {

    private final TransportSettings settings;
    private final ProxyLogin login;
    private volatile Proxy proxy = Proxy.NO_PROXY;
    private volatile String lookedUp = "";
    private volatile boolean isConnecting;
    private volatile boolean isReused;
    private volatile boolean isWritten;

    CallPath(TransportSettings settings) {
        this.settings = settings;
        this.login = new ProxyLogin(settings);
    }

    /** Returns the login at the proxy of this call. */
    ProxyLogin login() {
        return login;
    }

    /** Returns whether the body of the request was written. */
    boolean isWritten() {
        return isWritten;
    }

    /** Returns whether the call got a connection that an earlier call had made, and made none itself. */
    boolean isReused() {
        return isReused;
    }

    /** Returns the proxy as part of a sentence, without credentials; an empty text for a direct connection. */
    String through() {
        Proxy last = proxy;
        return last.address() instanceof InetSocketAddress address
                ? " through proxy " + address.getHostString() + ":" + address.getPort()
                : "";
    }

    /** Returns the name that was looked up last. */
    String lookedUp(String host) {
        String name = lookedUp;
        return name.isEmpty() || name.equals(host) ? host : "proxy " + name;
    }

    /** Returns the name of the trust store of this call. */
    String trustStore() {
        return settings.trust().isPresent() ? "client's trust store" : "JVM's trust store";
    }

    @Override
    public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
        if (!proxies.isEmpty()) {
            proxy = proxies.get(0);
        }
    }

    @Override
    public void dnsStart(Call call, String name) {
        lookedUp = name;
    }

    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy used) {
        proxy = used;
        isConnecting = true;
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        isReused = !isConnecting;
        proxy = connection.route().proxy();
    }

    @Override
    public void requestBodyEnd(Call call, long bytes) {
        isWritten = true;
    }
}
