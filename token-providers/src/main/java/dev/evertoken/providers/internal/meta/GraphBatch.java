package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.JsonTree;
import dev.evertoken.providers.internal.oauth2.JsonTree.JsonNumber;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a refusal inside an answer of status 200: an error in the place of the object that was asked for, or a batch
 * none of whose requests was carried out; if some were, it is a good answer. Stateless. Thread-safe.
 */
final class GraphBatch {

    private GraphBatch() {}

    /** Returns the refusal with the status that it stands for; empty if the answer is a good one or is cut off. */
    static Optional<ProviderResponse> refusal(ProviderResponse response) {
        String text = response.body().strip();
        if (text.startsWith("[")) {
            return JsonTree.list(text).flatMap(items -> firstOfNoneDone(items, response));
        }
        return JsonTree.object(text)
                .filter(body -> body.get("error") instanceof Map<?, ?>)
                .map(body -> with(response, 400, text));
    }

    private static Optional<ProviderResponse> firstOfNoneDone(List<Object> items, ProviderResponse response) {
        boolean noneDone = items.stream().allMatch(item -> status(item) >= 400);
        return items.stream()
                .filter(item -> noneDone)
                .findFirst()
                .map(item -> with(response, status(item), String.valueOf(field(item, "body"))));
    }

    private static int status(Object item) {
        return field(item, "code") instanceof JsonNumber number && number.text().matches("\\d{3}")
                ? Integer.parseInt(number.text())
                : 0;
    }

    private static @Nullable Object field(Object item, String name) {
        return item instanceof Map<?, ?> fields ? fields.get(name) : null;
    }

    private static ProviderResponse with(ProviderResponse response, int status, String body) {
        return new ProviderResponse(status, response.headers(), body, response.at());
    }
}
