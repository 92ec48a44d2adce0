package dev.evertoken.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Finds loggers and system properties with which HTTP clients and other libraries print requests and responses,
 * including their tokens. Stateless.
 */
final class WireLoggers {

    /** Loggers that print headers or bodies at DEBUG. */
    private static final List<String> AT_DEBUG = List.of(
            "org.apache.http.wire",
            "org.apache.http.headers",
            "org.apache.hc.client5.http.wire",
            "org.apache.hc.client5.http.headers",
            "httpclient.wire",
            "okhttp3.OkHttpClient",
            "okhttp3.logging.HttpLoggingInterceptor",
            "com.google.api.client.http.HttpTransport",
            "io.netty.handler.logging.LoggingHandler",
            "reactor.netty.http.client.HttpClient",
            "io.grpc.netty.NettyClientHandler",
            "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler",
            "io.lettuce.core.protocol",
            "org.springframework.web.client.RestTemplate",
            "org.springframework.web.HttpLogging",
            "org.eclipse.jetty.client",
            "feign.Logger",
            "sun.net.www.protocol.http.HttpURLConnection");

    /** Loggers of java.util.logging, with the level at which they print headers or bodies. */
    private static final Map<String, Level> OF_THE_JDK = Map.of(
            "com.google.api.client.http.HttpTransport", Level.CONFIG,
            "sun.net.www.protocol.http.HttpURLConnection", Level.FINE,
            "io.grpc.netty.NettyClientHandler", Level.FINE,
            "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler", Level.FINE);

    private static final String JDK_CLIENT = "jdk.httpclient.HttpClient.log";

    private WireLoggers() {}

    static List<Finding> findings() {
        return findings(WireLoggers::isDebug, WireLoggers::isLoggable, System::getProperty);
    }

    static List<Finding> findings(
            Function<String, Boolean> isDebug,
            Function<String, Boolean> isLoggable,
            Function<String, @Nullable String> property) {
        List<Finding> findings = new ArrayList<>();
        Stream.concat(
                        AT_DEBUG.stream().filter(isDebug::apply),
                        OF_THE_JDK.keySet().stream().sorted().filter(isLoggable::apply))
                .distinct()
                .map(name -> new Finding(FindingCode.WIRE_LOG, name, "the logger is enabled"))
                .forEach(findings::add);
        if (prints(property.apply(JDK_CLIENT), "headers", "requests", "content", "all")) {
            findings.add(new Finding(FindingCode.WIRE_LOG, JDK_CLIENT, "the system property is set"));
        }
        if (prints(property.apply("javax.net.debug"), "all", "plaintext", "packet")) {
            findings.add(new Finding(FindingCode.WIRE_LOG, "javax.net.debug", "the system property is set"));
        }
        return findings;
    }

    private static boolean isDebug(String name) {
        return LoggerFactory.getLogger(name).isDebugEnabled();
    }

    private static boolean isLoggable(String name) {
        return java.util.logging.Logger.getLogger(name).isLoggable(OF_THE_JDK.getOrDefault(name, Level.OFF));
    }

    private static boolean prints(@Nullable String value, String... words) {
        String lower = value == null ? "" : value.toLowerCase(Locale.ROOT);
        return Stream.of(words).anyMatch(lower::contains);
    }
}
