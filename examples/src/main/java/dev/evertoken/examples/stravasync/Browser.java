package dev.evertoken.examples.stravasync;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The browser of the dashboard's users in the story. Thread-safe. */
final class Browser {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI dashboard;

    Browser(URI dashboard) {
        this.dashboard = dashboard;
    }

    /** A user presses the button; returns status and body. */
    String sync(long user) {
        return post("{\"user_id\":" + user + "}");
    }

    String post(String body) {
        return shown(send(HttpRequest.newBuilder(dashboard.resolve("/api/strava/sync"))
                .POST(BodyPublishers.ofString(body))
                .build()));
    }

    /** Returns the address to which a route redirects the user. */
    URI follow(String route, long user) {
        return URI.create(
                send(request(route, user)).headers().firstValue("Location").orElseThrow());
    }

    String get(String route, long user) {
        return shown(send(request(route, user)));
    }

    /** Strava redirects the user's browser. */
    String callback(URI redirect, long user) {
        return get(redirect.getRawPath() + "?" + redirect.getRawQuery(), user);
    }

    String metrics() {
        return send(HttpRequest.newBuilder(dashboard.resolve("/metrics")).build())
                .body();
    }

    private HttpRequest request(String route, long user) {
        return HttpRequest.newBuilder(dashboard.resolve(route))
                .header("Cookie", "user_id=" + user)
                .build();
    }

    private static String shown(HttpResponse<String> response) {
        return response.statusCode() + " " + response.body();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("the dashboard does not respond", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
