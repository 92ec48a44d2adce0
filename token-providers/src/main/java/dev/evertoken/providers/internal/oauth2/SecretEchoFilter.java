package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RefreshRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Detects the secrets of a request in a text, plain or URL-encoded. Its string form has no secrets. Immutable. */
public final class SecretEchoFilter {

    /** Shorter secrets would match by accident. */
    private static final int MIN_LENGTH = 4;

    private final List<String> texts;

    private SecretEchoFilter(List<String> texts) {
        this.texts = texts;
    }

    public static SecretEchoFilter of(RefreshRequest request) {
        return of(request.client(), secretsOf(request.tokens()));
    }

    public static SecretEchoFilter of(HeldTokens held) {
        return of(held.client(), secretsOf(held.tokens()));
    }

    private static List<Secret> secretsOf(TokenSet tokens) {
        List<Secret> secrets = new ArrayList<>(tokens.attributes().values());
        add(tokens.accessToken(), secrets);
        add(tokens.refreshToken(), secrets);
        return secrets;
    }

    /** @param sent the secrets of the request besides the client's credentials */
    public static SecretEchoFilter of(Client client, List<Secret> sent) {
        List<Secret> secrets = new ArrayList<>(sent);
        add(client.credentials().clientSecret(), secrets);
        add(client.credentials().previousSecret(), secrets);
        List<String> texts = new ArrayList<>();
        for (Secret secret : secrets) {
            addLong(secret.reveal(), texts);
            addLong(FormEncoding.encoded(secret.reveal()), texts);
        }
        return new SecretEchoFilter(texts);
    }

    private static void add(Optional<Secret> secret, List<Secret> secrets) {
        if (secret.isPresent()) {
            secrets.add(secret.get());
        }
    }

    private static void addLong(String text, List<String> texts) {
        if (text.length() >= MIN_LENGTH) {
            texts.add(text);
        }
    }

    boolean isIn(String text) {
        return texts.stream().anyMatch(text::contains);
    }
}
