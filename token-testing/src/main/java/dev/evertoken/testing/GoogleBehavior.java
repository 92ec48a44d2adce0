package dev.evertoken.testing;

import java.util.List;

/** The behavior of Google with the calendar scope. Stateless. */
final class GoogleBehavior implements GoogleServerBehavior {

    @Override
    public String id() {
        return "google";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("openid", "https://www.googleapis.com/auth/calendar");
    }
}
