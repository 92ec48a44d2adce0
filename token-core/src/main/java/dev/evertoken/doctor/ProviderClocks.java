package dev.evertoken.doctor;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.TokenOperations;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Compares the clock of this host with the {@code Date} headers of the token endpoints: one {@code HEAD} request
 * without credentials to each address. Used by one thread.
 */
final class ProviderClocks {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TokenOperations operations;

    ProviderClocks(TokenOperations operations) {
        this.operations = operations;
    }

    List<Finding> findings() {
        Map<URI, String> registrations = new LinkedHashMap<>();
        for (ClientStatus client : operations.clients()) {
            operations
                    .endpoint(client.registration(), EndpointKind.REFRESH)
                    .or(() -> operations.endpoint(client.registration(), EndpointKind.EXCHANGE))
                    .ifPresent(address -> registrations.putIfAbsent(address, client.registration()));
        }
        List<Finding> findings = new ArrayList<>();
        registrations.forEach(
                (address, registration) -> check(address, registration).ifPresent(findings::add));
        return findings;
    }

    private Optional<Finding> check(URI address, String registration) {
        Request request = new Request.Builder().url(address.toString()).head().build();
        Instant before = operations.now();
        try (Response response = client(registration).newCall(request).execute()) {
            Instant after = operations.now();
            return date(response)
                    .map(date -> offset(date, before, after))
                    .filter(offset -> offset.abs().compareTo(StoreChecks.CLOCK_TOLERANCE) > 0)
                    .map(offset -> new Finding(FindingCode.CLOCK_OFFSET, address.getHost(), sentence(offset)));
        } catch (IOException | GeneralSecurityException e) {
            return Optional.of(new Finding(
                    FindingCode.PROVIDER_UNREACHABLE,
                    address.getHost(),
                    e.getClass().getSimpleName()));
        }
    }

    private OkHttpClient client(String registration) throws GeneralSecurityException {
        TransportSettings settings = operations.transport(registration);
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(TIMEOUT);
        settings.proxy().ifPresent(client::proxy);
        settings.proxyCredentials()
                .ifPresent(login -> client.proxyAuthenticator((route, response) -> response.request()
                        .newBuilder()
                        .header(
                                "Proxy-Authorization",
                                Credentials.basic(
                                        login.user(), login.password().get().reveal()))
                        .build()));
        if (settings.trust().isPresent()) {
            client.sslSocketFactory(
                    context(settings).getSocketFactory(), settings.trust().get());
        }
        return client.build();
    }

    private static SSLContext context(TransportSettings settings) throws GeneralSecurityException {
        if (settings.sslContext().isPresent()) {
            return settings.sslContext().get();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                settings.keys().map(keys -> new KeyManager[] {keys}).orElse(null),
                settings.trust().map(trust -> new TrustManager[] {trust}).orElse(null),
                null);
        return context;
    }

    private static String sentence(Duration offset) {
        return "this host is " + offset.abs().toSeconds() + " s " + (offset.isNegative() ? "ahead" : "behind");
    }

    private static Optional<Instant> date(Response response) {
        return Optional.ofNullable(response.headers().getInstant("Date"));
    }

    /** Returns how far the server's clock is ahead of this host's; zero if it may be equal. A date has full seconds. */
    private static Duration offset(Instant date, Instant before, Instant after) {
        if (date.isAfter(after)) {
            return Duration.between(after, date);
        }
        Instant end = date.plusSeconds(1);
        return end.isBefore(before) ? Duration.between(before, end) : Duration.ZERO;
    }
}
