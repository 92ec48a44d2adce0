package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.TransportSettings;
import dev.evertoken.model.TransportSettings.ProxyCredentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.Credentials;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Sends the credentials for the proxy of one call, once, and records why the proxy refuses. The credentials are those of
 * the settings, which are sent with the first request, or those of {@link java.net.Authenticator}, which are sent if the
 * proxy asks for them. Thread-safe.
 */
final class ProxyLogin implements Authenticator {

    private static final String HEADER = "Proxy-Authorization";

    /** The scheme with which OkHttp asks for credentials before the proxy does. */
    private static final String BEFORE_THE_PROXY = "OkHttp-Preemptive";

    private static final String WANTS = "proxy wants credentials";
    private static final String REFUSES = "proxy refuses the credentials";

    private final Optional<ProxyCredentials> own;
    private volatile String refusal = "";

    ProxyLogin(TransportSettings settings) {
        this.own = settings.proxyCredentials();
    }

    @Override
    public @Nullable Request authenticate(@Nullable Route route, Response response) {
        if (!response.request().method().equals("CONNECT")) {
            return null; // a server must not get the credentials of the proxy
        }
        List<String> schemes =
                response.challenges().stream().map(Challenge::scheme).toList();
        if (schemes.contains(BEFORE_THE_PROXY)) {
            return own.map(known -> with(response, basic(known))).orElse(null);
        }
        if (response.request().header(HEADER) != null) {
            refusal = REFUSES;
            return null;
        }
        Optional<Challenge> basic = response.challenges().stream()
                .filter(challenge -> challenge.scheme().equalsIgnoreCase("Basic"))
                .findFirst();
        if (basic.isEmpty()) {
            refusal = "proxy wants credentials by " + printable(schemes) + ", and only Basic is supported";
            return null;
        }
        Optional<String> credentials =
                own.map(ProxyLogin::basic).or(() -> ofTheJvm(route, basic.get(), response.request()));
        refusal = credentials.isPresent() ? REFUSES : WANTS;
        return credentials.map(value -> with(response, value)).orElse(null);
    }

    /** Returns why the proxy refused the credentials or their absence; empty if it did not. */
    Optional<String> refusal(IOException e) {
        if (e instanceof RefusedException) {
            return Optional.of(own.isPresent() ? REFUSES : WANTS);
        }
        String text = String.valueOf(e.getMessage());
        return text.startsWith("SOCKS") && text.contains("authentication")
                ? Optional.of(WANTS)
                : Optional.of(refusal).filter(known -> !known.isEmpty());
    }

    /** Returns the header for a request that is sent to the proxy itself; empty if there are no own credentials. */
    Optional<String> header() {
        return own.map(ProxyLogin::basic);
    }

    /** Thrown if the proxy answers a request over http by asking for credentials; it has not forwarded the request. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static Request with(Response response, String credentials) {
        return response.request().newBuilder().header(HEADER, credentials).build();
    }

    private static String basic(ProxyCredentials known) {
        return Credentials.basic(known.user(), known.password().get().reveal(), StandardCharsets.UTF_8);
    }

    private static Optional<String> ofTheJvm(@Nullable Route route, Challenge challenge, Request request) {
        if (route == null
                || route.proxy().type() != Proxy.Type.HTTP
                || !(route.proxy().address() instanceof InetSocketAddress proxy)) {
            return Optional.empty();
        }
        PasswordAuthentication known = java.net.Authenticator.requestPasswordAuthentication(
                proxy.getHostString(),
                proxy.getAddress(),
                proxy.getPort(),
                request.url().scheme(),
                String.valueOf(challenge.realm()),
                challenge.scheme(),
                request.url().url(),
                java.net.Authenticator.RequestorType.PROXY);
        return Optional.ofNullable(known)
                .map(found ->
                        Credentials.basic(found.getUserName(), new String(found.getPassword()), challenge.charset()));
    }

    private static String printable(List<String> schemes) {
        String names = String.join(" or ", schemes).replaceAll("[^A-Za-z0-9 -]", "?");
        return names.substring(0, Math.min(40, names.length()));
    }
}
