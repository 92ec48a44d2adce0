package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.JsonTree;
import dev.evertoken.providers.internal.oauth2.JsonTree.JsonNumber;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a refusal in a response with status 200: an error instead of the requested object, or a batch in which every
 * request failed. A batch with at least one success is not a refusal. Stateless. Thread-safe.
 */
final class GraphBatch {

    private GraphBatch() {}

    /** Returns the refusal with its own status; empty if the response is a success or is truncated. */
    static Optional<ProviderResponse> refusal(ProviderResponse response) {
        String text = response.body().strip();
        if (text.startsWith("[")) {
            return JsonTree.list(text).flatMap(items -> firstIfAllFailed(items, response));
        }
        return JsonTree.object(text)
                .filter(body -> body.get("error") instanceof Map<?, ?>)
                .map(body -> with(response, 400, text));
    }

    private static Optional<ProviderResponse> firstIfAllFailed(List<Object> items, ProviderResponse response) {
        boolean allFailed = items.stream().allMatch(item -> status(item) >= 400);
        return items.stream()
                .filter(item -> allFailed)
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
