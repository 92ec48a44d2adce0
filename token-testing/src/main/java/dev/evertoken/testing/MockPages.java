package dev.evertoken.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        MockJson.Raw page = new MockJson.Raw(page(index, token, account, grants));
        Map<String, Object> paging = new LinkedHashMap<>();
        paging.put("cursors", new MockJson.Raw(MockJson.object("after", Integer.toString(index + 1))));
        if (index + 1 < PAGES) {
            paging.put("next", "https://graph.facebook.com/next?access_token=" + token);
        }
        return MockHttpResponse.json(200, "data", List.of(page), "paging", new MockJson.Raw(MockJson.object(paging)));
    }

    static MockHttpResponse one(String id, String token, String account, MockGrants grants) {
        for (int index = 0; index < PAGES; index++) {
            if (id(account, index).equals(id)) {
                return MockHttpResponse.json(200, page(index, token, account, grants));
            }
        }
        return MetaErrors.error(
                "GraphMethodException",
                100,
                33,
                "Unsupported get request. Object with ID '" + id + "' does not exist.");
    }

    private static String page(int index, String token, String account, MockGrants grants) {
        List<Object> fields = new ArrayList<>(List.of("id", id(account, index), "name", "Page " + (index + 1)));
        boolean withoutRights = index == PAGES - 1;
        fields.add("tasks");
        fields.add(withoutRights ? List.of() : List.of("CREATE_CONTENT", "MANAGE"));
        if (!withoutRights) {
            grants.derive(token, id(account, index), NO_END).ifPresent(issue -> {
                fields.add("access_token");
                fields.add(issue.access());
            });
        }
        return MockJson.object(fields.toArray());
    }

    private static String id(String account, int index) {
        return MetaErrors.userId(account) + index;
    }
}
