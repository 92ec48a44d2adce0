package dev.evertoken.spring.reactive;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.spring.internal.AuthorizedRequest;
import java.util.function.Function;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Adds the token of an account to the requests of a {@code WebClient}, and sends a request again with another token if
 * an API rejects it. No thread waits for a token, a refresh or a body, so no event loop is blocked.
 *
 * <pre>{@code
 * WebClient web = WebClient.builder().filter(TokenExchangeFilter.of(tokens)).build();
 * Mono<String> list = web.get()
 *         .uri(calendars)
 *         .attributes(TokenAttributes.account(key))
 *         .retrieve()
 *         .bodyToMono(String.class);
 * }</pre>
 *
 * <p>With {@link #of(Tokens)} one client serves all accounts: an attribute of a request selects the account; a request
 * without it is sent unchanged. The token is not added if the request has its own {@code Authorization} header. A
 * request is never sent without its token: the {@code Mono} fails with a {@link TokenException} before a connection is
 * opened, also if the host is neither one of the provider's API nor allowed with {@code allowHosts}.
 *
 * <p>A rejected token is replaced by a newer one, or refreshed once; then the request is sent a second time if its body
 * is a value, which is one buffer. A stream is not sent twice. {@link TokenAttributes#verdict} returns the meaning of a
 * response for the token, from {@code ClientResponse.request()} or {@code WebClientResponseException.getRequest()}. If
 * the body of a rejection does not arrive within {@link ResponseDecider#PEEK_TIME}, the response is judged by the part
 * that has arrived; the caller can read all of it.
 *
 * <p>The filter sees no redirect: the client below follows it. The client of Reactor Netty follows none by default, and
 * otherwise removes {@code Authorization} at another host. Thread-safe.
 */
public final class TokenExchangeFilter implements ExchangeFilterFunction {

    private final Function<ClientRequest, Mono<RequestAuthorizer>> accounts;
    private final ResponseDecider calls;

    private TokenExchangeFilter(Function<ClientRequest, Mono<RequestAuthorizer>> accounts, ResponseDecider calls) {
        this.accounts = accounts;
        this.calls = calls;
    }

    /** Returns a filter for all accounts; {@link TokenAttributes#account(TokenKey)} selects one for a request. */
    public static TokenExchangeFilter of(Tokens tokens) {
        return of(tokens, request -> Mono.empty());
    }

    /**
     * Returns a filter for all accounts, with a function that selects the account of a request without the attribute,
     * such as that of the user who is logged in. It must not block; an empty result selects none.
     */
    public static TokenExchangeFilter of(Tokens tokens, Function<ClientRequest, Mono<TokenKey>> otherwise) {
        return new TokenExchangeFilter(
                request -> TokenAttributes.account(request.attributes())
                        .map(Mono::just)
                        .orElseGet(() -> otherwise.apply(request))
                        .map(key -> tokens.source(key).requestAuthorizer()),
                new ResponseDecider());
    }

    /** Returns a filter that uses one account for every request. */
    public static TokenExchangeFilter of(TokenSource source) {
        Mono<RequestAuthorizer> account = Mono.just(source.requestAuthorizer());
        return new TokenExchangeFilter(request -> account, new ResponseDecider());
    }

    /** Returns the same filter, but requests without an account fail with an {@link IllegalStateException}. */
    public TokenExchangeFilter requireAccount() {
        return new TokenExchangeFilter(
                request -> accounts.apply(request)
                        .switchIfEmpty(Mono.error(() -> new IllegalStateException("the request to "
                                + request.url().getHost()
                                + " has no account: select one with attributes(TokenAttributes.account(key))"))),
                calls);
    }

    /** Sends a request with its token; fails with a {@link TokenException} if it has none, and sends nothing then. */
    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        if (AuthorizedRequest.isCallers(request.headers())) {
            return next.exchange(request);
        }
        return Mono.defer(() -> accounts.apply(request))
                .map(account -> sent(account, request, next))
                .switchIfEmpty(Mono.fromSupplier(() -> next.exchange(request)))
                .flatMap(response -> response);
    }

    private Mono<ClientResponse> sent(RequestAuthorizer account, ClientRequest request, ExchangeFunction next) {
        return account.allows(request.url())
                ? Mono.defer(() -> new Exchange(calls, account, request, next).send())
                : Mono.error(() -> account.notAllowed(request.url()));
    }
}
