package dev.evertoken.doctor;

import java.util.Map;

/** The pages on which the owner of an application finds its client id and secret. Stateless. */
final class Consoles {

    private static final Map<String, String> PAGES = Map.of(
            "google", "https://console.cloud.google.com/auth/clients",
            "youtube", "https://console.cloud.google.com/auth/clients",
            "facebook", "https://developers.facebook.com/apps",
            "instagram", "https://developers.facebook.com/apps",
            "linkedin", "https://www.linkedin.com/developers/apps",
            "x", "https://developer.x.com/en/portal/projects-and-apps",
            "strava", "https://www.strava.com/settings/api");

    private Consoles() {}

    /** Returns the page of a provider as the end of a sentence; an empty text if it is not known. */
    static String hint(String providerId) {
        String page = PAGES.get(providerId);
        return page == null ? "" : " See " + page;
    }
}
