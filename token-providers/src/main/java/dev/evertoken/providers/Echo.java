package dev.evertoken.providers;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.RefreshRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Recognises in a text the secrets that a request carried, as they are or encoded. Never prints them. Immutable.
 */
final class Echo {

    /** A shorter text would be found by accident. */
    private static final int SHORTEST = 4;

    private final List<String> texts;

    private Echo(List<String> texts) {
        this.texts = texts;
    }

    static Echo of(RefreshRequest request) {
        List<Secret> secrets = new ArrayList<>(request.tokens().attributes().values());
        secrets.add(request.tokens().accessToken());
        request.tokens().refreshToken().ifPresent(secrets::add);
        request.client().credentials().clientSecret().ifPresent(secrets::add);
        request.client().credentials().previousSecret().ifPresent(secrets::add);
        List<String> texts = new ArrayList<>();
        for (Secret secret : secrets) {
            texts.add(secret.reveal());
            texts.add(Form.encoded(secret.reveal()));
        }
        texts.removeIf(text -> text.length() < SHORTEST);
        return new Echo(texts);
    }

    boolean isIn(String text) {
        return texts.stream().anyMatch(text::contains);
    }
}
