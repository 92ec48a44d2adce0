package dev.evertoken.googleauth;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import dev.evertoken.TokenSource;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import java.io.IOException;

/**
 * Adds the token of an account to the requests of a Google client library, and sends a request again with another token
 * if the API rejects it.
 *
 * <pre>{@code
 * Calendar calendar = new Calendar.Builder(transport, json, TokenRequestInitializer.of(tokens.source(key)))
 *         .setApplicationName("crm")
 *         .build();
 * }</pre>
 *
 * <p>The token is requested before each attempt of a request, and so before each chunk of a resumable upload. It is not
 * added if the request has its own {@code Authorization} header. A request is never sent without its token:
 * {@link TokenIOException} is thrown before a connection is opened, also if the host is neither one of the provider's
 * API nor allowed with {@code allowHosts}. A redirect to another host is followed without the token.
 *
 * <p>A rejected token is replaced by a newer one, or refreshed once; then the request is sent a second time if its
 * content can be sent twice and the request has a retry left. If a chunk is rejected, the upload continues with the
 * bytes that the API has not received. Whether a response rejects the token is decided by its status, its headers and
 * the first {@value ResponseDecider#PEEK_BYTES} bytes of its content: a 403 because of a rate limit does not. The
 * content stays readable. It is awaited for at most {@link ResponseDecider#PEEK_TIME} and one read time-out of the
 * request.
 *
 * <p>If the token has expired, the calling thread waits like {@link TokenSource#accessToken()}. Thread-safe.
 */
public final class TokenRequestInitializer implements HttpRequestInitializer {

    private static final HttpRequestInitializer NONE = request -> {};

    private final RequestAuthorizer account;
    private final ResponseDecider decider;
    private final HttpRequestInitializer first;

    private TokenRequestInitializer(RequestAuthorizer account, ResponseDecider decider, HttpRequestInitializer first) {
        this.account = account;
        this.decider = decider;
        this.first = first;
    }

    /** Returns an initializer that uses one account for every request. */
    public static TokenRequestInitializer of(TokenSource source) {
        return new TokenRequestInitializer(source.requestAuthorizer(), new ResponseDecider(), NONE);
    }

    /**
     * Returns the same initializer, but another one initializes each request before it, for example with time-outs and
     * a handler that repeats requests after a failure of the server. That handler receives all responses for which the
     * request is not sent again with another token. A handler that is set later replaces this one.
     */
    public TokenRequestInitializer after(HttpRequestInitializer other) {
        HttpRequestInitializer before = first;
        return new TokenRequestInitializer(account, decider, request -> {
            other.initialize(request);
            before.initialize(request);
        });
    }

    @Override
    public void initialize(HttpRequest request) throws IOException {
        first.initialize(request);
        AuthorizedRequest authorized = new AuthorizedRequest(
                account, decider, request.getInterceptor(), request.getUnsuccessfulResponseHandler());
        request.setInterceptor(authorized).setUnsuccessfulResponseHandler(authorized);
    }

    /** Returns a text that names the account and contains no secret. */
    @Override
    public String toString() {
        return "TokenRequestInitializer[" + account + "]";
    }
}
