package dev.evertoken.spring.reactive;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spring.internal.AuthorizedRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * One attempt of a request, with its token. A signature that covers forms is added when the body is known, before the
 * headers are sent. Not thread-safe.
 */
final class Attempt {

    private final RequestAuthorizer account;
    private final ClientRequest unsigned;
    private final AccessToken token;
    private Optional<Signature> signature = Optional.empty();
    private final ClientRequest request;

    private Attempt(RequestAuthorizer account, ClientRequest unsigned, RequestBody body, AccessToken token) {
        this.account = account;
        this.unsigned = unsigned;
        this.token = token;
        this.request = account.signer().filter(RequestSigner::readsForms).isPresent()
                ? ClientRequest.from(unsigned).body(body.written(this::sign)).build()
                : signed(body);
    }

    /** @throws TokenException if the request cannot be signed, or the token may not be sent to its host */
    static Attempt of(RequestAuthorizer account, ClientRequest request, RequestBody body, AccessToken token) {
        if (!account.allows(request.url(), token)) {
            throw account.notAllowed(request.url());
        }
        return new Attempt(account, request, body, token);
    }

    ClientRequest request() {
        return request;
    }

    /** Returns the signature; known after the request was sent. */
    Optional<Signature> signature() {
        return signature;
    }

    private ClientRequest signed(RequestBody body) {
        AuthorizedRequest authorized = authorized(unsigned.headers(), Optional.empty());
        signature = authorized.signature();
        return ClientRequest.from(unsigned)
                .url(authorized.address())
                .headers(headers ->
                        headers.set(authorized.header(), authorized.value().reveal()))
                .body(body.written((headers, bytes) -> {}))
                .build();
    }

    private void sign(HttpHeaders headers, byte @Nullable [] body) {
        if (body == null && AuthorizedRequest.isForm(headers)) {
            throw ResponseDecider.unsignable(account, "a form body that is a stream cannot be signed and sent")
                    .reason();
        }
        AuthorizedRequest authorized =
                authorized(headers, body == null ? Optional.empty() : AuthorizedRequest.form(account, headers, body));
        if (!authorized.address().equals(unsigned.url())) {
            throw ResponseDecider.unsignable(account, "a signature of a form cannot be in the query here")
                    .reason();
        }
        signature = authorized.signature();
        headers.set(authorized.header(), authorized.value().reveal());
    }

    private AuthorizedRequest authorized(HttpHeaders headers, Optional<String> form) {
        return AuthorizedRequest.of(account, token, unsigned.method(), unsigned.url(), headers, form);
    }
}
