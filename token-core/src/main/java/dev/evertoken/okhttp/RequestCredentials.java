package dev.evertoken.okhttp;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.Signature;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Adds a token to a request and recognizes it there: the token's header, or a signature if the provider requires one.
 * The tags of the request contain the token and the signature. Stateless.
 */
final class RequestCredentials {

    static final String AUTHORIZATION = Signature.AUTHORIZATION;

    private static final String PLACEHOLDER = "Evertoken";

    private RequestCredentials() {}

    /** @throws TokenIOException if the request cannot be signed, or the token may not be sent to its host */
    static Request.Builder put(RequestAuthorizer source, Request request, AccessToken token) throws IOException {
        HttpUrl address = request.url();
        if (!source.allows(address.scheme(), host(address), token)) {
            throw new TokenIOException(source.notAllowed(address.uri()));
        }
        return source.signer().isEmpty()
                ? tagged(request, request.newBuilder(), token, null, token.header())
                : signed(source, request, token);
    }

    /** Returns the host of an address, an IPv6 address in brackets. */
    static String host(HttpUrl address) {
        String host = address.host();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /** The signed address and the address that is sent are identical, character by character. */
    private static Request.Builder signed(RequestAuthorizer source, Request request, AccessToken token)
            throws IOException {
        Request unsigned = request.newBuilder().removeHeader(AUTHORIZATION).build();
        HttpUrl exact = HttpUrl.get(unsigned.url().uri());
        HttpUrl url = exact == null ? unsigned.url() : exact;
        Signature signature;
        try {
            signature = source.sign(
                    token,
                    new ApiRequest(
                            unsigned.method(), url.uri(), unsigned.headers().toMultimap(), FormBodies.text(unsigned)));
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
        if (!signature.query().isEmpty()) {
            HttpUrl.Builder more = url.newBuilder();
            signature.query().forEach((name, value) -> more.setQueryParameter(name, value.reveal()));
            url = more.build();
        }
        return tagged(unsigned, unsigned.newBuilder().url(url), token, signature, header(signature))
                .tag(Placement.class, signature.isAuthorization() ? null : new Placement());
    }

    /** Replaces the tags of an earlier attempt; a request without a token in its tags has none of them. */
    private static Request.Builder tagged(
            Request before, Request.Builder request, AccessToken token, @Nullable Signature signature, String header) {
        if (signature != null || before.tag(AccessToken.class) != null) {
            request.tag(Signature.class, signature).tag(ResourceVerdict.class, null);
        }
        return request.header(AUTHORIZATION, header).tag(AccessToken.class, token);
    }

    /**
     * Returns the value of the {@code Authorization} header. It is a placeholder if the token belongs in another header:
     * OkHttp removes {@code Authorization} when it follows a redirect to another host, and {@link #placed} puts the token
     * only where the placeholder still is.
     */
    private static String header(Signature signature) {
        return signature.isAuthorization() ? signature.authorization().reveal() : PLACEHOLDER;
    }

    /** Returns a request, as it is about to be sent, with the token in the header where the API expects it. */
    static Request placed(Request request) {
        Signature signature = request.tag(Signature.class);
        Placement placement = request.tag(Placement.class);
        if (signature == null || placement == null || !isOurs(request)) {
            return request;
        }
        placement.done.set(true);
        return request.newBuilder()
                .removeHeader(AUTHORIZATION)
                .header(signature.headerName(), signature.authorization().reveal())
                .build();
    }

    /** Returns the header in which a request lacked the token, because {@link #placed} was not called; null if none. */
    static @Nullable String unplaced(Request sent, Response response) {
        Placement placement = sent.tag(Placement.class);
        Signature signature = sent.tag(Signature.class);
        return placement == null || signature == null || placement.done.get() || response.networkResponse() == null
                ? null
                : signature.headerName();
    }

    /** Whether the token of a request was put into its header. Thread-safe. */
    private static final class Placement {
        private final AtomicBoolean done = new AtomicBoolean();
    }

    /**
     * Returns whether the caller set the header. A request taken from an earlier response has a header of this library,
     * which is replaced.
     */
    static boolean isCallers(Request request) {
        return request.header(AUTHORIZATION) != null && !isOurs(request);
    }

    /**
     * Returns whether a request still has the header of this library: a redirect to another host, port or scheme
     * removes it, and an authenticator may replace it.
     */
    static boolean isOurs(Request request) {
        Signature signature = request.tag(Signature.class);
        AccessToken token = request.tag(AccessToken.class);
        String header = signature != null ? header(signature) : token == null ? null : token.header();
        return header != null && header.equals(request.header(AUTHORIZATION));
    }

    /** Returns whether a redirect has carried a signature to an address for which it is not valid. */
    static boolean isMisplaced(Request signed, Request arrived) {
        return signed.tag(Signature.class) != null
                && isOurs(arrived)
                && !(arrived.url().equals(signed.url()) && arrived.method().equals(signed.method()));
    }
}
