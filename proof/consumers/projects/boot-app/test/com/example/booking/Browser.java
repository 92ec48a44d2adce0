package com.example.booking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;

/** A browser in which a user is logged in. It keeps cookies and does not follow redirects. */
final class Browser {

    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString("anna:secret".getBytes(UTF_8));

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final URI application;

    Browser(int port) {
        this.application = URI.create("http://127.0.0.1:" + port + "/");
    }

    HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(application.resolve(path))
                            .header("Authorization", LOGIN)
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    URI redirectOf(String path) {
        HttpResponse<String> response = get(path);
        return URI.create(response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new AssertionError(response.statusCode() + " " + response.body())));
    }
}
