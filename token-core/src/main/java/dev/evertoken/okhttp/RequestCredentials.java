package dev.evertoken.okhttp;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.Signature;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Puts a token on a request and recognises it there: the token's header, or a signature where the provider wants one.
 * The request's tags say which it was. Stateless.
 */
final class RequestCredentials {

    static final String AUTHORIZATION = "Authorization";

    private RequestCredentials() {}

    /** @throws TokenIOException if the request cannot be signed */
    static Request.Builder put(RequestAuthorizer source, Request request, AccessToken token) throws IOException {
        return source.signer().isEmpty()
                ? tagged(request.newBuilder(), token, null, token.header())
                : signed(source, request, token);
    }

    /** What is signed and what is sent is the same address, to the character. */
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
        return tagged(
                unsigned.newBuilder().url(url),
                token,
                signature,
                signature.authorization().reveal());
    }

    private static Request.Builder tagged(
            Request.Builder request, AccessToken token, @Nullable Signature signature, String header) {
        return request.header(AUTHORIZATION, header)
                .tag(AccessToken.class, token)
                .tag(Signature.class, signature)
                .tag(ResourceVerdict.class, null);
    }

    /** A request that was taken from an earlier answer has our header; that one is replaced. */
    static boolean isCallers(Request request) {
        return request.header(AUTHORIZATION) != null && !isOurs(request);
    }

    /**
     * Tells whether a request has what was put on it: a redirect to another host, port or scheme drops it, and an
     * authenticator may put another one there.
     */
    static boolean isOurs(Request request) {
        Signature signature = request.tag(Signature.class);
        AccessToken token = request.tag(AccessToken.class);
        String header = signature != null ? signature.authorization().reveal() : token == null ? null : token.header();
        return header != null && header.equals(request.header(AUTHORIZATION));
    }

    /** Tells whether a redirect has taken a signature along to where it is worth nothing. */
    static boolean isMisplaced(Request signed, Request arrived) {
        return signed.tag(Signature.class) != null
                && isOurs(arrived)
                && !(arrived.url().equals(signed.url()) && arrived.method().equals(signed.method()));
    }
}
