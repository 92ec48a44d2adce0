package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import java.time.Duration;
import java.util.List;

/**
 * The pages of a Facebook user: two with a token each, one for each page of the list, and a third for which the user
 * has no permissions. Stateless.
 */
final class MockPages {

    private static final Duration NO_END = Duration.ofDays(36_500);
    private static final int PAGES = 3;

    private MockPages() {}

    static MockHttpResponse list(RawRequest request, String token, String account, MockGrants grants) {
        int index = Integer.parseInt(request.query().getOrDefault("after", "0"));
        JsonObject page = page(index, token, account, grants);
        JsonObject.Builder paging = JsonObject.builder();
        paging.add(
                "cursors",
                JsonObject.builder().add("after", Integer.toString(index + 1)).build());
        if (index + 1 < PAGES) {
            paging.add("next", "https://graph.facebook.com/next?access_token=" + token);
        }
        return MockHttpResponse.json(
                200, JsonObject.builder().add("data", JsonArray.of(page)).add("paging", paging.build()));
    }

    static MockHttpResponse one(String id, String token, String account, MockGrants grants) {
        for (int index = 0; index < PAGES; index++) {
            if (id(account, index).equals(id)) {
                return MockHttpResponse.json(200, JsonWriter.text(page(index, token, account, grants)));
            }
        }
        return MetaErrors.error(
                "GraphMethodException",
                100,
                33,
                "Unsupported get request. Object with ID '" + id + "' does not exist.");
    }

    private static JsonObject page(int index, String token, String account, MockGrants grants) {
        boolean withoutRights = index == PAGES - 1;
        JsonObject.Builder page = JsonObject.builder()
                .add("id", id(account, index))
                .add("name", "Page " + (index + 1))
                .add("tasks", withoutRights ? List.of() : List.of("CREATE_CONTENT", "MANAGE"));
        if (!withoutRights) {
            grants.derive(token, id(account, index), NO_END)
                    .ifPresent(issue -> page.add("access_token", issue.access()));
        }
        return page.build();
    }

    private static String id(String account, int index) {
        return MetaErrors.userId(account) + index;
    }
}
