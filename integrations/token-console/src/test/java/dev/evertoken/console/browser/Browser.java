package dev.evertoken.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Debian's chromium, without a screen. The test closes it. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String AXE = resource("/axe.min.js");

    final ChromeDriver driver;

    Browser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(InChromium.CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(InChromium.DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        desktop();
    }

    void desktop() {
        size(1280, 800, false);
    }

    void phone() {
        size(390, 844, true);
    }

    private void size(int width, int height, boolean mobile) {
        cdp(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    void colors(String scheme) {
        cdp(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private void cdp(String command, Map<String, Object> parameters) {
        assertThat(driver.executeCdpCommand(command, parameters)).isNotNull();
    }

    /** Opens an address and waits until the page shows data. */
    void open(URI address) {
        driver.get(address.toString());
        untilIdle();
    }

    /** Shows a part of the page that is open. */
    void go(String hash) {
        driver.executeScript(
                "document.body.dataset.busy = 'true';"
                        + "if (location.hash === arguments[0]) { dispatchEvent(new HashChangeEvent('hashchange')); }"
                        + "else { location.hash = arguments[0]; }",
                hash);
        untilIdle();
    }

    void untilIdle() {
        until(
                "the page has its data",
                () -> driver.executeScript("return document.body.dataset.busy").equals("false"));
    }

    /** Has the page ask the server again now. */
    void update() {
        go(String.valueOf(driver.executeScript("return location.hash")));
    }

    WebElement id(String id) {
        return driver.findElement(By.id(id));
    }

    String text(String id) {
        return id(id).getText();
    }

    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Moves the focus with the tabulator until it is on an element. */
    void tabTo(String selector) {
        for (int step = 0; step < 60; step++) {
            if (Boolean.TRUE.equals(
                    driver.executeScript("return document.activeElement.matches(arguments[0])", selector))) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError(selector + " cannot be reached with the keyboard");
    }

    void until(String what, Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("20 s without " + what + " in "
                        + driver.findElement(By.tagName("body")).getText());
            }
        }
    }

    /** Returns the violations of WCAG 2.2 A and AA that axe-core finds. */
    List<String> violations() {
        if (Boolean.TRUE.equals(driver.executeScript("return window.axe === undefined"))) {
            driver.executeScript(AXE);
        }
        Object found = driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
                + " 'best-practice']}).then(r => done(r.violations.map(v =>"
                + " v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; '))),"
                + " e => done(['axe failed: ' + e]));");
        assertThat(found).isInstanceOf(List.class);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    /** Returns the errors of the browser's console, such as a violation of the Content-Security-Policy. */
    List<String> errors() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(entry -> entry.getMessage())
                .toList();
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    private static String resource(String name) {
        try (InputStream file = Browser.class.getResourceAsStream(name)) {
            assertThat(file).as(name).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    /** Something that a page shows after a while. */
    @FunctionalInterface
    interface Condition {
        boolean holds();
    }
}
