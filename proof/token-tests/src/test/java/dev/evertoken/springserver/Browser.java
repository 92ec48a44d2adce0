package dev.evertoken.springserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser of one user that fills in the forms of the server. It keeps cookies, follows redirects one by one, and
 * returns the first redirect to another host. Not thread-safe.
 */
final class Browser {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_STEPS = 10;
    private static final Pattern ACTION = Pattern.compile("<form\\b[^>]*\\baction=\"([^\"]+)\"");
    private static final Pattern INPUT = Pattern.compile("<input\\b[^>]*>");

    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();
    private final String user;
    private final Secret password;

    Browser(String user, Secret password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Opens an authorization URL, logs in, approves, and returns the first redirect away from the server.
     *
     * @throws IllegalStateException if the server does not redirect to another host; the message has the last response
     */
    URI approve(URI authorizationUrl) {
        return navigate(authorizationUrl, true);
    }

    /** As {@link #approve}, but selects no scope on the consent page. */
    URI deny(URI authorizationUrl) {
        return navigate(authorizationUrl, false);
    }

    private URI navigate(URI start, boolean approves) {
        URI at = start;
        for (int step = 0; step < MOST_STEPS; step++) {
            HttpResponse<String> page = send(HttpRequest.newBuilder(at).GET());
            HttpResponse<String> response = page.statusCode() == 200 ? send(filledIn(page, approves)) : page;
            at = at.resolve(location(response));
            if (!at.getAuthority().equals(start.getAuthority())) {
                return at;
            }
        }
        throw new IllegalStateException("the server redirected too often, last to " + at.getPath());
    }

    private static String location(HttpResponse<String> response) {
        return response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IllegalStateException("the server responded to "
                        + response.request().method() + " " + response.uri().getPath() + " with "
                        + response.statusCode()
                        + " and no redirect"));
    }

    private HttpRequest.Builder filledIn(HttpResponse<String> page, boolean approves) {
        Matcher form = ACTION.matcher(page.body());
        if (!form.find()) {
            throw new IllegalStateException("the page " + page.uri().getPath() + " has no form");
        }
        String fields = INPUT.matcher(page.body())
                .results()
                .flatMap(input -> entered(input.group(), approves).stream())
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(page.uri().resolve(form.group(1)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields));
    }

    /** Returns the form parameter of one input, empty if it sends none. */
    private Optional<String> entered(String input, boolean approves) {
        String name = attribute(input, "name");
        Optional<String> value = switch (attribute(input, "type")) {
            case "text" -> Optional.of(user);
            case "password" -> Optional.of(password.reveal());
            case "checkbox" -> Optional.of(attribute(input, "value")).filter(box -> approves);
            default -> Optional.of(attribute(input, "value"));
        };
        return value.map(text -> name + "=" + URLEncoder.encode(text, UTF_8));
    }

    private static String attribute(String tag, String name) {
        Matcher attribute = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
        return attribute.find() ? attribute.group(1) : "";
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(
                    request.header("Accept", "text/html").timeout(TIMEOUT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the browser waited for the server", e);
        }
    }
}
