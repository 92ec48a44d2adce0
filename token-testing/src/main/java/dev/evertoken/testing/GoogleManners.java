package dev.evertoken.testing;

import java.util.List;

/** Google with a calendar. Stateless. */
final class GoogleManners implements GoogleServerManners {

    @Override
    public String id() {
        return "google";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("openid", "https://www.googleapis.com/auth/calendar");
    }
}
