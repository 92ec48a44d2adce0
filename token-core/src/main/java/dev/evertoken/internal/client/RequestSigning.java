package dev.evertoken.internal.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has requests signed with secrets that no caller gets to see.
 *
 * <p>What belongs to a token besides its value, as an OAuth 1.0a token secret, is found by the very token object that
 * was handed out, for as long as somebody holds it. So a signature never mixes the secrets of two grants, however the
 * cell has moved on. Nothing is kept for providers that sign nothing. Thread-safe.
 */
public final class RequestSigning {

    private final Set<String> registrations;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Cache<AccessToken, Map<String, Secret>> attributes =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    /** @param registrations those whose provider signs */
    public RequestSigning(Set<String> registrations, TokenExceptions exceptions, Timekeeper time) {
        this.registrations = Set.copyOf(registrations);
        this.exceptions = exceptions;
        this.time = time;
    }

    /** Keeps what a token that is about to be handed out is signed with. */
    public void keep(TokenKey key, AccessToken token, TokenSet from) {
        if (registrations.contains(key.registration())) {
            attributes.put(token, from.attributes());
        }
    }

    /**
     * Signs one attempt of a request; without a signer that is the token's header.
     *
     * @throws IllegalArgumentException if the token was not handed out here
     * @throws TokenException that says why the request cannot be signed
     */
    public Signature sign(TokenKey key, RegisteredClient client, AccessToken token, ApiRequest request) {
        if (client.signer().isEmpty()) {
            return Signature.header(Secret.of(token.header()));
        }
        @Nullable Map<String, Secret> more = attributes.getIfPresent(token);
        if (more == null) {
            throw new IllegalArgumentException("the token is not one that was handed out for " + key);
        }
        try {
            return client.signer()
                    .get()
                    .sign(request, new SigningKeys(key, client.client(), token.value(), more, time));
        } catch (RuntimeException e) {
            throw exceptions.unexpected(key, e);
        }
    }

    /**
     * Looks at tokens before they may displace anything.
     *
     * @throws TokenException if their provider signs and cannot with these
     */
    public void check(TokenKey key, RegisteredClient client, TokenSet tokens) {
        try {
            client.signer().ifPresent(signer -> signer.check(tokens));
        } catch (RuntimeException e) {
            throw exceptions.unexpected(key, e);
        }
    }
}
