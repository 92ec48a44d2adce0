package dev.evertoken.console.browser;

import static dev.evertoken.console.browser.ShownAccounts.google;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * The page in a real browser: how it looks, with the keyboard, to a screen reader, and with hostile account ids. The
 * pictures are written to the folder of the system property {@code console.images}.
 */
@InChromium
class ConsolePageTest {

    private static ShownAccounts shown;
    private static Browser browser;

    @BeforeAll
    static void open() throws IOException {
        shown = new ShownAccounts().withHistory();
        browser = new Browser();
        browser.open(shown.console.address());
    }

    @AfterAll
    static void close() {
        browser.close();
        shown.close();
    }

    @BeforeEach
    void showTheList() {
        browser.desktop();
        browser.colors("light");
        browser.driver.executeScript("location.hash = '#/'");
        browser.driver.navigate().refresh();
        browser.untilIdle();
    }

    @Test
    @Fault("Q1")
    void theListShowsWhatNeedsAttentionFirst() {
        assertThat(browser.driver.getTitle()).isEqualTo("Accounts – Evertoken");
        assertThat(browser.text("found")).isEqualTo("18 accounts");
        assertThat(browser.driver.findElement(By.cssSelector("#rows tr")).getText())
                .contains("carla@example.com", "Must be reconnected", "The user has to give consent again.");
        assertThat(browser.driver.getCurrentUrl()).as("the token is gone").doesNotContain("token");
    }

    @Test
    @Fault("Q7")
    void aWordInTheSearchFieldLeavesTheMatchingAccounts() {
        browser.id("q").sendKeys("GRETA");

        browser.until("one account", () -> browser.text("found").equals("1 account"));
        assertThat(browser.text("rows")).contains("greta@example.com");
        browser.id("q").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        browser.until("all accounts", () -> browser.text("found").equals("18 accounts"));
    }

    static List<String> pages() {
        return List.of("#/", ShownAccounts.page(google("carla@example.com")), "#/health");
    }

    @ParameterizedTest
    @MethodSource("pages")
    @Fault("Q7")
    void axeFindsNothingOnADesktopOrAPhoneInLightOrDark(String page) {
        browser.go(page);
        assertThat(browser.violations()).as("in light colors").isEmpty();
        browser.phone();
        assertThat(browser.violations()).as("on a phone").isEmpty();
        browser.colors("dark");
        assertThat(browser.violations()).as("in dark colors").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    @Fault("Q7")
    void aPhoneNeverScrollsSideways(String page) {
        browser.phone();
        browser.go(page);

        assertThat(browser.driver.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo(0L);
    }

    @Test
    @Fault("Q7")
    void theKeyboardIsEnoughToDisconnectAnAccount() {
        TokenKey lena = google("lena@example.com");
        browser.driver.executeScript("document.activeElement.blur()");
        browser.tabTo("#q");
        browser.press("lena");
        browser.until("one account", () -> browser.text("found").equals("1 account"));
        browser.tabTo("#rows a");
        browser.press(Keys.ENTER);
        browser.until("the account", () -> browser.text("name").equals("lena@example.com"));
        browser.untilIdle();
        assertThat(browser.driver.switchTo().activeElement().getTagName()).isEqualTo("h1");

        browser.tabTo("[data-action=disconnect]");
        browser.press(Keys.ENTER);
        assertThat(browser.driver.switchTo().activeElement().getText()).isEqualTo("Keep it");
        assertThat(browser.violations()).isEmpty();
        browser.press(Keys.ESCAPE);
        assertThat(shown.tokens.status(lena)).isNotNull();
        assertThat(browser.driver.switchTo().activeElement().getText()).isEqualTo("Disconnect…");

        browser.press(Keys.ENTER);
        browser.tabTo("#confirm-yes");
        browser.press(Keys.ENTER);
        browser.until("the result", () -> browser.text("result").equals("The account is disconnected."));
        browser.until(
                "the account without tokens",
                () -> browser.text("account-state").equals("Not connected"));
        assertThat(catchThrowable(() -> shown.tokens.status(lena))).isInstanceOf(NotConnectedException.class);
        shown.tokens.connect(lena, shown.providers.google().consent("lena@example.com"));
        shown.clock.advance(Duration.ofSeconds(6));
    }

    @Test
    @Fault("Q1")
    void anActionShowsItsResult() {
        browser.go(ShownAccounts.page(google("kim@example.com")));

        browser.driver.findElement(By.cssSelector("[data-action=refresh]")).click();
        browser.until("the result", () -> browser.text("result").equals("The account has new tokens."));
        browser.driver.findElement(By.cssSelector("[data-action=reconnect]")).click();
        browser.until("the link", () -> browser.id("link").isDisplayed());
        assertThat(browser.id("link-text").getDomProperty("value")).isEqualTo("https://app.example/connect/google");
        assertThat(browser.violations()).isEmpty();
        browser.id("link-close").click();
    }

    static List<String> hostileIds() {
        return List.of(ShownAccounts.MARKUP, ShownAccounts.RIGHT_TO_LEFT, ShownAccounts.LONG);
    }

    @ParameterizedTest
    @MethodSource("hostileIds")
    @Fault("Q6")
    void aHostileAccountIdIsTextInsideItsOwnPlace(String id) {
        assertThat(browser.text("rows")).contains(id.strip().substring(id.startsWith("\u202E") ? 1 : 0, 12));
        browser.go(ShownAccounts.page(google(id)));

        assertThat(browser.driver.executeScript("return document.getElementById('name').textContent"))
                .isEqualTo(id);
        assertThat(browser.driver.findElements(
                        By.cssSelector("#view-account img, #view-account b, #rows img, #rows b")))
                .isEmpty();
        assertThat(browser.driver.getTitle()).isEqualTo("Account – Evertoken");
        assertThat(browser.driver.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo(0L);
    }

    @Test
    @Fault("Q5")
    void aStoreThatIsDownIsSaidOnThePageAndThePageRecovers() {
        shown.store.down();
        shown.clock.advance(Duration.ofSeconds(6));
        browser.update();
        assertThat(browser.text("alerts"))
                .startsWith("The store does not respond.")
                .contains("Shown are the accounts");
        assertThat(browser.text("found")).isEqualTo("18 accounts");
        assertThat(browser.violations()).isEmpty();

        shown.store.up();
        shown.clock.advance(Duration.ofSeconds(6));
        browser.update();
        assertThat(browser.text("alerts")).isEmpty();
    }

    @Test
    @Fault("Q1")
    void anUpdateKeepsTheFocusAndShowsChangesWithoutAReload() {
        browser.tabTo("#rows a");
        String focused = browser.driver.switchTo().activeElement().getText();
        TokenKey more = google("zoe@example.com");
        shown.tokens.connect(more, shown.providers.google().consent("zoe@example.com"));
        shown.clock.advance(Duration.ofSeconds(6));

        browser.until(
                "the update, which no test requests",
                () -> browser.text("found").equals("19 accounts"));
        assertThat(browser.driver.switchTo().activeElement().getText()).isEqualTo(focused);

        assertThat(shown.tokens.disconnect(more)).isTrue();
        shown.clock.advance(Duration.ofSeconds(6));
        browser.update();
    }

    @Test
    @Fault("Q4")
    void theBrowserReportsNoErrorAndNoViolationOfThePolicy() {
        browser.go(ShownAccounts.page(google("carla@example.com")));
        browser.go("#/health");

        assertThat(browser.errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "console-desktop.png, list, desktop, light",
        "console-account.png, account, desktop, light",
        "console-health.png, health, desktop, light",
        "console-dark.png, list, desktop, dark",
        "console-phone.png, list, phone, light"
    })
    void aPictureIsTaken(String file, String page, String device, String scheme) throws IOException {
        if (device.equals("phone")) {
            browser.phone();
        }
        browser.colors(scheme);
        browser.go(
                switch (page) {
                    case "account" -> ShownAccounts.page(google("carla@example.com"));
                    case "health" -> "#/health";
                    default -> "#/";
                });
        browser.driver.executeScript("document.activeElement.blur(); document.querySelector('#charts-note')"
                + ".scrollIntoView({block: 'center'})");

        byte[] picture = browser.screenshot();
        assertThat(picture).hasSizeBetween(5_000, 150_000);
        Path folder = Files.createDirectories(Path.of(System.getProperty("console.images", "target/images")));
        assertThat(Files.write(folder.resolve(file), picture)).isNotEmptyFile();
    }
}
