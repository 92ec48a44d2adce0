package dev.evertoken.googleauth;

import com.google.api.client.http.HttpExecuteInterceptor;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpUnsuccessfulResponseHandler;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Authorizes the attempts of one request and judges their responses.
 *
 * <p>An execution consists of a first attempt and of the attempts that follow from a handled response or a redirect. It
 * has one attempt with another token at most. An attempt that follows from neither begins a new execution of the same
 * request. Not thread-safe; used by the thread that executes the request.
 */
final class AuthorizedRequest implements HttpExecuteInterceptor, HttpUnsuccessfulResponseHandler {

    private final RequestAuthorizer account;
    private final ResponseDecider decider;
    private final @Nullable HttpExecuteInterceptor interceptor;
    private final @Nullable HttpUnsuccessfulResponseHandler handler;

    /** The attempt that was sent last; null if it did not carry the token of the account. */
    private @Nullable Sent sent;

    /** The header of that attempt. */
    private @Nullable String header;

    /** The decision to send the request again with another token; null if there was none in this execution. */
    private @Nullable Decision decision;

    /** The token for the attempt that follows from that decision. */
    private @Nullable AccessToken replacement;

    /** The address whose response redirected the request. */
    private @Nullable URI redirectedFrom;

    /** Whether a redirect has led to another place in this execution; its further attempts carry no token. */
    private boolean withheld;

    /** Whether the next attempt belongs to the same execution. */
    private boolean continues;

    AuthorizedRequest(
            RequestAuthorizer account,
            ResponseDecider decider,
            @Nullable HttpExecuteInterceptor interceptor,
            @Nullable HttpUnsuccessfulResponseHandler handler) {
        this.account = account;
        this.decider = decider;
        this.interceptor = interceptor;
        this.handler = handler;
    }

    // ---- before an attempt

    @Override
    public void intercept(HttpRequest request) throws IOException {
        if (interceptor != null) {
            interceptor.intercept(request);
        }
        beginOrContinue();
        sent = null;
        if (isCallers(request)) {
            return;
        }
        URI address = request.getUrl().toURI();
        withheld |= redirectedFrom != null && !isSamePlace(redirectedFrom, address);
        if (withheld) {
            authorize(request, null);
            return;
        }
        try {
            send(request, address);
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }

    private void beginOrContinue() {
        if (!continues) {
            decision = null;
            replacement = null;
            redirectedFrom = null;
            withheld = false;
        }
        continues = false;
    }

    private void send(HttpRequest request, URI address) throws IOException {
        if (!account.allows(address)) {
            throw account.notAllowed(address);
        }
        if (account.signer().isPresent()) {
            throw ResponseDecider.unsignable(account, "requests of Google's client libraries cannot be signed");
        }
        AccessToken token = replacement == null ? account.accessToken() : replacement;
        replacement = null;
        if (!account.allows(address, token)) {
            throw account.notAllowed(address);
        }
        authorize(request, token.header());
        sent = new Sent(token, address.getHost(), true, Optional.empty());
    }

    private void authorize(HttpRequest request, @Nullable String value) {
        header = value;
        request.getHeaders().setAuthorization(value);
    }

    /** Returns whether the caller set the header; a redirect has removed one of this library. */
    private boolean isCallers(HttpRequest request) {
        String present = request.getHeaders().getAuthorization();
        return present != null && !present.equals(header);
    }

    private static boolean isSamePlace(URI one, URI other) {
        return one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort()
                && Objects.equals(one.getScheme(), other.getScheme());
    }

    // ---- after an attempt

    @Override
    public boolean handleResponse(HttpRequest request, HttpResponse response, boolean supportsRetry)
            throws IOException {
        boolean handled = isSentAgain(request, response, supportsRetry)
                || (handler != null && handler.handleResponse(request, response, supportsRetry));
        boolean redirected = !handled && isRedirected(request, response);
        if (redirected && redirectedFrom == null) {
            redirectedFrom = request.getUrl().toURI();
        }
        continues = supportsRetry && (handled || redirected);
        return handled;
    }

    private static boolean isRedirected(HttpRequest request, HttpResponse response) {
        return response.getStatusCode() / 100 == 3
                && request.getFollowRedirects()
                && response.getHeaders().getLocation() != null;
    }

    private boolean isSentAgain(HttpRequest request, HttpResponse response, boolean supportsRetry) throws IOException {
        Sent last = sent;
        if (last == null || !isRead(response)) {
            return false;
        }
        Sent rejected = new Sent(last.token(), last.host(), supportsRetry, Optional.empty());
        Decision earlier = decision;
        if (earlier != null) {
            decider.second(account, rejected, earlier, JudgedResponse.of(account, response));
            return false;
        }
        Decision first = decider.first(account, rejected, JudgedResponse.of(account, response));
        if (first.next().isEmpty()) {
            return false;
        }
        decision = first;
        replacement = first.next().get();
        UploadChunk.prepareAgain(request);
        return true;
    }

    private boolean isRead(HttpResponse response) {
        String type = response.getContentType();
        return ResponseDecider.reads(account, response.getStatusCode(), type == null ? "" : type);
    }
}
