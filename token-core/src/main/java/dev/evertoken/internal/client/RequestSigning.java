package dev.evertoken.internal.client;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Signs requests with the secrets of a token, so that callers need none of them.
 *
 * <p>The other secrets of a token, such as an OAuth 1.0a token secret, are found by the identity of the token object
 * that was returned, for as long as a caller references it. So a signature never mixes the secrets of two grants, even
 * if the cell has another token by then. Nothing is kept for providers that do not sign. Thread-safe.
 */
public final class RequestSigning {

    private final Predicate<String> signs;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final WeakKeys<AccessToken, Map<String, Secret>> attributes = new WeakKeys<>();
    private final WeakKeys<Signature, Client> signers = new WeakKeys<>();

    /** @param signs returns whether the requests of a registration are signed */
    public RequestSigning(Predicate<String> signs, TokenExceptions exceptions, Timekeeper time) {
        this.signs = signs;
        this.exceptions = exceptions;
        this.time = time;
    }

    /** Keeps the signing secrets of a token that is about to be returned to callers. */
    public void keep(TokenKey key, AccessToken token, TokenSet from) {
        if (signs.test(key.registration())) {
            attributes.put(token, from.attributes());
        }
    }

    /**
     * Signs one attempt of a request; without a signer the signature is the token's header.
     *
     * @throws IllegalArgumentException if the token was not obtained from this engine
     * @throws TokenException if the request cannot be signed
     */
    public Signature sign(TokenKey key, RegisteredClient client, AccessToken token, ApiRequest request) {
        if (client.signer().isEmpty()) {
            return Signature.header(Secret.of(token.header()));
        }
        Map<String, Secret> secrets = attributes
                .get(token)
                .orElseThrow(
                        () -> new IllegalArgumentException("the token was not obtained from this Tokens for " + key));
        Client signer = client.client();
        try {
            Signature signature =
                    client.signer().get().sign(request, new SigningKeys(key, signer, token.value(), secrets, time));
            if (client.secrets().areTwo()) {
                signers.put(signature, signer);
            }
            return signature;
        } catch (RuntimeException e) {
            throw exceptions.unexpected(key, e);
        }
    }

    /**
     * Returns whether a request whose response refuses the client would now be signed with the other of two client
     * secrets.
     */
    public boolean canRetryWithOtherSecret(RegisteredClient client, Signature refused) {
        return signers.get(refused)
                .filter(signer -> client.secrets().tryOther(signer, time.now()))
                .isPresent();
    }

    /** Reports whether the response to the second attempt of a request refuses the client again. */
    public void retried(RegisteredClient client, Signature sent, boolean accepted) {
        signers.get(sent).ifPresent(signer -> client.secrets().retried(signer, accepted, time.now()));
    }

    /**
     * Checks tokens before they may replace others.
     *
     * @throws TokenException if their provider signs requests and cannot do so with these tokens
     */
    public void check(TokenKey key, RegisteredClient client, TokenSet tokens) {
        try {
            client.signer().ifPresent(signer -> signer.check(tokens));
        } catch (RuntimeException e) {
            throw exceptions.unexpected(key, e);
        }
    }
}
