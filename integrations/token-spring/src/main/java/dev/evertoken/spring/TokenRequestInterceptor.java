package dev.evertoken.spring;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spring.internal.AuthorizedRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Adds the token of an account to the requests of a {@code RestClient} or {@code RestTemplate}, and sends a request
 * again with another token if an API rejects it.
 *
 * <pre>{@code
 * RestClient rest = RestClient.builder()
 *         .requestInterceptor(TokenRequestInterceptor.of(tokens))
 *         .build();
 * String list = rest.get()
 *         .uri(calendars)
 *         .attributes(TokenAttributes.account(key))
 *         .retrieve()
 *         .body(String.class);
 * }</pre>
 *
 * <p>With {@link #of(Tokens)} one client serves all accounts: an attribute of a request selects the account; a request
 * without it is sent unchanged. The token is not added if the request has its own {@code Authorization} header. A
 * request is never sent without its token: a {@link TokenException} is thrown before a connection is opened, also if
 * the host is neither one of the provider's API nor allowed with {@code allowHosts}.
 *
 * <p>A rejected token is replaced by a newer one, or refreshed once; then the request is sent a second time. Spring
 * buffers the body of every request that is intercepted, so a body can always be sent twice.
 * {@link TokenAttributes#verdict} returns the meaning of a response for the token. If the body of a rejection does not
 * arrive within {@link ResponseDecider#PEEK_TIME}, the response is judged by the part that has arrived; the caller can
 * read all of it.
 *
 * <p>The interceptor sees no redirect: the HTTP client below follows it, and some clients send the token to its target.
 * Use a client that does not follow redirects, such as the one of {@link TokenRequestFactory}. Add the interceptor as
 * the last one, because in Spring Framework 6 the interceptors after it do not see the second attempt.
 *
 * <p>If the token has expired, the calling thread waits like {@link TokenSource#accessToken()}. Thread-safe.
 */
public final class TokenRequestInterceptor implements ClientHttpRequestInterceptor {

    private final Function<HttpRequest, Optional<RequestAuthorizer>> accounts;
    private final ResponseDecider calls;

    private TokenRequestInterceptor(
            Function<HttpRequest, Optional<RequestAuthorizer>> accounts, ResponseDecider calls) {
        this.accounts = accounts;
        this.calls = calls;
    }

    /** Returns an interceptor for all accounts; {@link TokenAttributes#account(TokenKey)} selects one for a request. */
    public static TokenRequestInterceptor of(Tokens tokens) {
        return of(tokens, request -> Optional.empty());
    }

    /**
     * Returns an interceptor for all accounts, with a function that selects the account of a request without the
     * attribute, such as that of the user who is logged in. The function is called on the thread of the request.
     */
    public static TokenRequestInterceptor of(Tokens tokens, Function<HttpRequest, Optional<TokenKey>> otherwise) {
        return new TokenRequestInterceptor(
                request -> TokenAttributes.account(request.getAttributes())
                        .or(() -> otherwise.apply(request))
                        .map(key -> tokens.source(key).requestAuthorizer()),
                new ResponseDecider());
    }

    /** Returns an interceptor that uses one account for every request. */
    public static TokenRequestInterceptor of(TokenSource source) {
        Optional<RequestAuthorizer> account = Optional.of(source.requestAuthorizer());
        return new TokenRequestInterceptor(request -> account, new ResponseDecider());
    }

    /** Returns the same interceptor, but requests without an account fail with an {@link IllegalStateException}. */
    public TokenRequestInterceptor requireAccount() {
        return new TokenRequestInterceptor(
                request -> Optional.of(accounts.apply(request)
                        .orElseThrow(() -> new IllegalStateException("the request to "
                                + request.getURI().getHost()
                                + " has no account: select one with attributes(TokenAttributes.account(key))"))),
                calls);
    }

    /**
     * Sends a request with its token.
     *
     * @throws TokenException if there is no token, or it may not be sent to the host; nothing was sent
     */
    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        Optional<RequestAuthorizer> account = accounts.apply(request);
        if (account.isEmpty() || AuthorizedRequest.isCallers(request.getHeaders())) {
            return execution.execute(request, body);
        }
        if (!account.get().allows(request.getURI())) {
            throw account.get().notAllowed(request.getURI());
        }
        return new Exchange(account.get(), request, body, execution).send();
    }

    /** One request from its token to its response. Not thread-safe. */
    private final class Exchange {

        private final RequestAuthorizer account;
        private final HttpRequest request;
        private final byte[] body;
        private final ClientHttpRequestExecution execution;
        private final Optional<String> form;

        Exchange(RequestAuthorizer account, HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
            this.account = account;
            this.request = request;
            this.body = body;
            this.execution = execution;
            this.form = account.signer().filter(RequestSigner::readsForms).isPresent()
                    ? AuthorizedRequest.form(account, request.getHeaders(), body)
                    : Optional.empty();
        }

        ClientHttpResponse send() throws IOException {
            AccessToken token = account.accessToken();
            AuthorizedRequest first = authorized(token);
            ClientHttpResponse response = execution.execute(new TokenHttpRequest(request, first), body);
            if (!isJudged(response)) {
                return response;
            }
            Sent sent = new Sent(token, first.address().getHost(), true, first.signature());
            BodyPeek peek = BodyPeek.of(response, account);
            Decision decision = closingOnFailure(peek, () -> calls.first(account, sent, peek.shown(account)));
            if (decision.next().isEmpty()) {
                return marked(peek, decision.verdict());
            }
            peek.close();
            return sendAgain(sent, decision);
        }

        private ClientHttpResponse sendAgain(Sent first, Decision decision) throws IOException {
            AccessToken token = decision.next().orElseThrow();
            AuthorizedRequest second = authorized(token);
            Sent sent = first.with(token, second.signature());
            ClientHttpResponse response = execution.execute(new TokenHttpRequest(request, second), body);
            if (!isJudged(response)) {
                ResponseDecider.notRefused(account, sent);
                return response;
            }
            BodyPeek peek = BodyPeek.of(response, account);
            return marked(
                    peek, closingOnFailure(peek, () -> calls.second(account, sent, decision, peek.shown(account))));
        }

        private AuthorizedRequest authorized(AccessToken token) {
            return AuthorizedRequest.of(
                    account, token, request.getMethod(), request.getURI(), request.getHeaders(), form);
        }

        private boolean isJudged(ClientHttpResponse response) throws IOException {
            String type = response.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
            return ResponseDecider.reads(account, response.getStatusCode().value(), type == null ? "" : type);
        }

        private ClientHttpResponse marked(BodyPeek peek, ResourceVerdict verdict) {
            if (verdict.problem().isPresent()) {
                request.getAttributes().put(TokenAttributes.VERDICT, verdict);
            }
            return peek.response();
        }
    }

    /** Closes the response if the decision throws, so that its connection is not leaked. */
    private static <T> T closingOnFailure(BodyPeek peek, ResponseCheck<T> check) {
        boolean decided = false;
        try {
            T result = check.make();
            decided = true;
            return result;
        } finally {
            if (!decided) {
                peek.close();
            }
        }
    }

    /** A decision that is made while a response is open. */
    @FunctionalInterface
    private interface ResponseCheck<T> {
        T make();
    }
}
