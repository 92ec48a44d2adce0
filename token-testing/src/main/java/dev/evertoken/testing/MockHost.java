package dev.evertoken.testing;

import java.net.URI;
import java.util.function.Function;

/**
 * A server that a test runs already and that passes requests to mock providers; {@link MockProviders#on} mounts them.
 *
 * <p>{@code token-testing-wiremock} has one for WireMock. Implementations are thread-safe.
 */
public interface MockHost {

    /**
     * Passes every request whose path begins with {@link #basePath()} to the providers from now on, and sends their
     * responses. The function blocks while a test holds a request or its response. Called once, before all other
     * methods.
     */
    void mount(Function<RawRequest, HostedResponse> providers);

    /** Returns the beginning of the paths of the providers, such as {@code /mock-providers}; may be empty. */
    String basePath();

    /** Returns the address of the server with a path, which begins with {@link #basePath()}. */
    URI address(String path);

    /**
     * Called before a test uses the providers. A host whose server was reset in the meantime mounts them again.
     */
    void keepMounted();

    /** Passes no more requests to the providers. Idempotent. */
    void unmount();
}
