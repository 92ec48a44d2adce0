package dev.evertoken.testing.wiremock;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.Admin;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.testing.MockProviders;

/**
 * Mounts mock providers into a WireMock server that a test runs already, under the path {@value #BASE_PATH}.
 *
 * <pre>{@code
 * MockProviders mocks = WireMockProviders.mountOn(wireMock);
 * Tokens tokens = mocks.google()
 *         .configure(Tokens.builder().namespace("crm").store("memory:"))
 *         .build();
 * }</pre>
 *
 * <p>The server needs no extension and no option, but HTTP. It is served by one stub among those of the test: of the
 * stubs that match a request, WireMock uses the one with the highest priority, and of these the newest, so a stub that
 * the test adds later replaces an endpoint of a provider. Requests to the providers are in the journal of WireMock and in
 * the ledger of the provider. {@link MockProviders#close} removes the stub; the server keeps running.
 *
 * <p>A reset of the mappings removes the stub too. It is back when the test next uses one of the providers, for example
 * with {@code consent} or {@code configure}; a request before that gets the 404 of WireMock. The JUnit extension of
 * WireMock resets a static server before each test, so mount in {@code @BeforeEach}. Grants, tokens and ledgers outlive a
 * reset.
 *
 * <p>WireMock sends the responses, so some incomplete ones differ from those of {@link MockProviders#start}: a body that
 * a test releases byte by byte is sent when its last byte is released, and a response without an end is cut off after 16
 * MiB. WireMock adds a request to its journal when its response is sent, so a request that a test holds is not there yet.
 *
 * <p>Works with {@code wiremock} and {@code wiremock-standalone} from 3.9.2 on. Thread-safe.
 */
public final class WireMockProviders {

    /** The beginning of the paths of the providers. */
    public static final String BASE_PATH = "/mock-providers";

    private WireMockProviders() {}

    /**
     * Mounts providers that use the system time.
     *
     * @throws IllegalArgumentException if the server is not running or does not accept HTTP
     */
    public static MockProviders mountOn(WireMockServer server) {
        return MockProviders.on(host(server));
    }

    /**
     * Mounts providers that use a timekeeper, usually a {@link dev.evertoken.testing.ManualClock}, which is not closed.
     *
     * @throws IllegalArgumentException if the server is not running or does not accept HTTP
     */
    public static MockProviders mountOn(WireMockServer server, Timekeeper time) {
        return MockProviders.on(host(server), time);
    }

    /**
     * Mounts providers that use the system time into the server of WireMock's JUnit extension.
     *
     * @throws IllegalArgumentException if the server is not running or does not accept HTTP
     */
    public static MockProviders mountOn(WireMockExtension extension) {
        return MockProviders.on(host(extension));
    }

    /**
     * Mounts providers that use a timekeeper, usually a {@link dev.evertoken.testing.ManualClock}, which is not closed,
     * into the server of WireMock's JUnit extension.
     *
     * @throws IllegalArgumentException if the server is not running or does not accept HTTP
     */
    public static MockProviders mountOn(WireMockExtension extension, Timekeeper time) {
        return MockProviders.on(host(extension), time);
    }

    private static WireMockHost host(WireMockServer server) {
        if (!server.isRunning()) {
            throw new IllegalArgumentException("the WireMock server is not running; start it first");
        }
        requireHttp(server);
        return new WireMockHost(server, server.port());
    }

    private static WireMockHost host(WireMockExtension extension) {
        try {
            extension.getOptions();
        } catch (NullPointerException e) { // WireMock has no method that returns whether the extension has started
            throw new IllegalArgumentException(
                    "the WireMock server is not running; its extension starts it before @BeforeAll or @BeforeEach", e);
        }
        requireHttp(extension);
        return new WireMockHost(extension, extension.getPort());
    }

    private static void requireHttp(Admin server) {
        if (server.getOptions().getHttpDisabled()) {
            throw new IllegalArgumentException("the WireMock server accepts HTTPS only; enable HTTP as well");
        }
    }
}
