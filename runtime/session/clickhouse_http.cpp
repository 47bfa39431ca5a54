// The HTTP interface with libcurl: the only file that includes it. One connection, kept; the credentials in headers.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <curl/curl.h>
#include <exception>
#include <fstream>
#include <map>
#include <zlib.h>

#include "runtime/session/address_text.hpp"
#include "runtime/session/clickhouse_errors.hpp"
#include "runtime/session/clickhouse_wire.hpp"
#include "runtime/session/readable.hpp"
#include "runtime/session/session.hpp"

namespace dmc::session {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int default_connect_timeout_s = 10;
/// Servers close a connection that is idle for 3 s, or 10 (18.16): a statement must not meet that.
constexpr long most_idle_s = 2;
constexpr std::size_t most_of_an_error = 65'536;

/// gzip, as it is fed.
class Packer {
 public:
  Packer() {
    constexpr int gzip_window = 15 + 16, memory = 8;
    if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory, Z_DEFAULT_STRATEGY) != Z_OK)
      throw SessionError("out of memory");
  }
  ~Packer() { deflateEnd(&stream_); }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  std::string packed(std::string_view bytes, bool last) {
    std::string out;
    std::array<char, 65'536> buffer{};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return out;
  }

 private:
  z_stream stream_{};
};

std::string password_of(const ClickhouseAddress& address) {
  const auto path = address.option("password_file");
  if (path.empty()) return address.password;
  std::ifstream in(path);
  std::string line;
  if (!in || (!std::getline(in, line) && !in.eof()))
    throw SessionError("the password file of the address cannot be read: " + readable(path));
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

/// One statement on its way.
struct Exchange {
  Exchange(const ClickhouseRequest& request, const ClickhouseWire::Taken& taken, bool packs)
      : request(request), taken(taken) {
    if (packs && request.data) packer = std::make_unique<Packer>();
    if (request.data) return;
    block = std::string(request.sql);
    over = true;
  }

  const ClickhouseRequest& request;
  const ClickhouseWire::Taken& taken;
  std::unique_ptr<Packer> packer;
  std::exception_ptr thrown;
  std::map<std::string, std::string> headers;
  std::string refused;  ///< the text of an answer that holds no rows
  std::string block;    ///< of the data, or the statement; not sent yet
  std::size_t sent = 0;
  bool over = false;  ///< no more data
  bool answering = false;
  long status = 0;

  const std::string& header(const std::string& name) const {
    static const std::string none;
    const auto found = headers.find(name);
    return found == headers.end() ? none : found->second;
  }

  bool is_html() const { return header("content-type").starts_with("text/html"); }
  bool has_rows() const { return status == 200 && header("x-clickhouse-exception-code").empty() && !is_html(); }

  void take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {
      headers.clear();
      const auto blank = line.find(' ');
      status = blank == std::string_view::npos ? 0 : std::atol(std::string(line.substr(blank + 1, 3)).c_str());
      return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    line.remove_prefix(colon + 1);
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    headers[name] = std::string(line);
  }

  void take(std::string_view piece) {
    if (!has_rows()) {
      refused.append(piece.substr(0, most_of_an_error - std::min(most_of_an_error, refused.size())));
      return;
    }
    answering = true;
    taken(piece);
  }

  std::size_t give(char* where, std::size_t room) {
    while (sent == block.size() && !over) {
      sent = 0;
      block = request.data();
      over = block.empty();
      if (packer) block = packer->packed(block, over);
    }
    const auto size = std::min(room, block.size() - sent);
    block.copy(where, size, sent);
    sent += size;
    return size;
  }
};

template <class Act>
std::size_t guarded(void* exchange, std::size_t failed, Act act) {
  auto& one = *static_cast<Exchange*>(exchange);
  try {
    return act(one);
  } catch (...) {
    one.thrown = std::current_exception();
    return failed;
  }
}

std::size_t on_header(char* text, std::size_t size, std::size_t count, void* exchange) {
  return guarded(exchange, 0, [&](Exchange& one) {
    one.take_header({text, size * count});
    return size * count;
  });
}

std::size_t on_body(char* text, std::size_t size, std::size_t count, void* exchange) {
  return guarded(exchange, size * count == 0 ? 1 : 0, [&](Exchange& one) {
    one.take({text, size * count});
    return size * count;
  });
}

std::size_t on_data(char* where, std::size_t size, std::size_t count, void* exchange) {
  return guarded(exchange, CURL_READFUNC_ABORT, [&](Exchange& one) { return one.give(where, size * count); });
}

struct Clean {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct CleanMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using Headers = std::unique_ptr<curl_slist, Clean>;

void add(Headers& headers, const std::string& line) {
  auto* longer = curl_slist_append(headers.get(), line.c_str());
  if (!longer) throw SessionError("out of memory");
  static_cast<void>(headers.release());
  headers.reset(longer);
}

class Http : public ClickhouseWire {
 public:
  explicit Http(const ClickhouseAddress& address) : address_(address), password_(password_of(address)) {
    static const auto ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    easy_.reset(curl_easy_init());
    multi_.reset(curl_multi_init());
    if (ready != CURLE_OK || !easy_ || !multi_) throw SessionError("the HTTP library cannot be used");
    const bool local = address.host == "localhost" || address.host == "::1" || address.host.starts_with("127.");
    const auto how = address.option("compression");
    compresses_ = how.empty() ? !local : how == "gzip";
  }

  std::int64_t send(const ClickhouseRequest& request, const Taken& taken) override {
    interrupted_ = false;
    Exchange exchange(request, taken, compresses_);
    prepare(request, exchange);
    const auto result = perform();
    if (exchange.thrown) std::rethrow_exception(exchange.thrown);
    judge(exchange, result);
    return written(exchange.header("x-clickhouse-summary"));
  }

  void interrupt() override {
    interrupted_ = true;
    curl_multi_wakeup(multi_.get());
  }

 private:
  enum class End { done, late, interrupted };
  struct Result {
    End end = End::done;
    CURLcode code = CURLE_OK;
  };

  std::string url(const ClickhouseRequest& request) const {
    const bool is_v6 = address_.host.find(':') != std::string::npos;
    std::string text = address_.tls ? "https://" : "http://";
    text += is_v6 ? "[" + address_.host + "]" : percent_encoded(address_.host, "");
    text += ":" + std::to_string(address_.port) + "/?database=" + percent_encoded(address_.database, "");
    const auto say = [&](const std::string& name, std::string_view value) {
      text += "&" + name + "=" + percent_encoded(value, "");
    };
    if (!request.query_id.empty()) say("query_id", request.query_id);
    if (!request.session.empty()) {
      say("session_id", request.session);
      say("session_timeout", std::to_string(clickhouse_session_s));
      if (!request.makes_session) say("session_check", "1");
    }
    if (!request.data) say("default_format", request.format);
    if (request.at_once) say("wait_end_of_query", "1");
    for (const auto& [name, value] : request.settings) say(name, value);
    if (compresses_ && request.may_set) say("enable_http_compression", "1");
    if (request.data) say("query", std::string(request.sql) + " FORMAT " + request.format);
    return text;
  }

  void prepare(const ClickhouseRequest& request, Exchange& exchange) {
    CURL* handle = easy_.get();
    curl_easy_reset(handle);  // the connection stays
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(handle, option, value); };
    set(CURLOPT_URL, url(request).c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    // No proxy of the environment, no other host: the address says where.
    set(CURLOPT_PROXY, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(address_.seconds("connect_timeout", default_connect_timeout_s)));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_TCP_KEEPIDLE, 10L);
    set(CURLOPT_TCP_KEEPINTVL, 5L);
    set(CURLOPT_POST, 1L);
    headers_.reset();
    add(headers_, "Expect:");
    add(headers_, "Content-Type: application/octet-stream");
    if (!address_.user.empty()) add(headers_, "X-ClickHouse-User: " + address_.user);
    if (!password_.empty()) add(headers_, "X-ClickHouse-Key: " + password_);
    // libcurl would send a statement again on a new connection when the old one goes before there is an answer: it
    // cannot where the bytes are given once.
    set(CURLOPT_READFUNCTION, on_data);
    set(CURLOPT_READDATA, static_cast<void*>(&exchange));
    set(CURLOPT_MAXAGE_CONN, most_idle_s);
    if (request.data)
      add(headers_, "Transfer-Encoding: chunked");
    else
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.sql.size()));
    if (exchange.packer) add(headers_, "Content-Encoding: gzip");
    set(CURLOPT_HTTPHEADER, headers_.get());
    if (compresses_ && request.may_set) set(CURLOPT_ACCEPT_ENCODING, "gzip");
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
    error_[0] = '\0';
    set(CURLOPT_ERRORBUFFER, error_.data());
    if (address_.tls) prepare_tls();
  }

  void prepare_tls() {
    CURL* handle = easy_.get();
    const auto file = [&](CURLoption option, const char* name) {
      if (const auto path = address_.option(name); !path.empty()) curl_easy_setopt(handle, option, path.c_str());
    };
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    file(CURLOPT_CAINFO, "ca_file");
    file(CURLOPT_SSLCERT, "certificate_file");
    file(CURLOPT_SSLKEY, "key_file");
  }

  Result perform() {
    const auto begin = Steady::now();
    const auto limit = std::chrono::seconds(address_.seconds("timeout", 0));
    curl_multi_add_handle(multi_.get(), easy_.get());
    Result result;
    for (int running = 1; running > 0;) {
      curl_multi_perform(multi_.get(), &running);
      if (running == 0) break;
      // What has not ended loses its connection when it is taken away.
      if (interrupted_ || (limit.count() > 0 && Steady::now() - begin > limit)) {
        result.end = interrupted_ ? End::interrupted : End::late;
        break;
      }
      curl_multi_poll(multi_.get(), nullptr, 0, 100, nullptr);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
      if (message->msg == CURLMSG_DONE) result.code = message->data.result;
    curl_multi_remove_handle(multi_.get(), easy_.get());
    return result;
  }

  void judge(const Exchange& exchange, const Result& result) const {
    ClickhouseFailure failure;
    failure.status = static_cast<int>(exchange.status);
    failure.answering = exchange.answering;
    using Kind = ClickhouseFailure::Kind;
    const auto refuse = [&](Kind kind, std::string message) {
      failure.kind = kind;
      failure.message = readable(message);
      throw ClickhouseRefused(std::move(failure));
    };
    if (result.end == End::interrupted) refuse(Kind::interrupted, "cancelled");
    if (result.end == End::late) refuse(Kind::late, "no end within " + address_.option("timeout") + " s");
    // An exception counts, whatever became of the connection behind it.
    if (read_clickhouse_exception(exchange.refused, failure)) throw ClickhouseRefused(std::move(failure));
    const std::string words = error_[0] ? error_.data() : curl_easy_strerror(result.code);
    switch (result.code) {
      case CURLE_OK:
        break;
      case CURLE_COULDNT_CONNECT:
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
      case CURLE_SSL_CERTPROBLEM:
      case CURLE_SSL_CIPHER:
      case CURLE_SSL_ISSUER_ERROR:
        refuse(Kind::unreachable, words);
        break;
      case CURLE_OPERATION_TIMEDOUT:
        // Only connecting has a time of libcurl's.
        refuse(Kind::unreachable, words);
        break;
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_WEIRD_SERVER_REPLY:
      case CURLE_HTTP2:
        refuse(Kind::foreign, words);
        break;
      case CURLE_SEND_FAIL_REWIND:
        refuse(Kind::lost, "it was closed before there was an answer");
        break;
      case CURLE_PARTIAL_FILE:
      case CURLE_BAD_CONTENT_ENCODING:
        refuse(Kind::cut, words);
        break;
      default:
        refuse(exchange.status == 200 ? Kind::cut : Kind::lost, words);
    }
    if (exchange.has_rows()) {
      const bool has_end = !exchange.header("transfer-encoding").empty() || !exchange.header("content-length").empty();
      if (!has_end && exchange.answering) refuse(Kind::cut, "it says neither how long it is nor where it ends");
      return;
    }
    refuse(Kind::foreign, words_of_page(exchange));
  }

  static std::string words_of_page(const Exchange& exchange) {
    std::string text = "HTTP status " + std::to_string(exchange.status);
    const auto& body = exchange.refused;
    const auto title = body.find("<title>");
    if (title != std::string::npos) {
      const auto end = std::min(body.find("</title>", title), title + 7 + 80);
      text += ", a page called '" + clipped(std::string_view(body).substr(title + 7, end - title - 7)) + "'";
    } else if (exchange.is_html()) {
      text += ", a page of HTML";
    }
    return text;
  }

  static std::int64_t written(const std::string& summary) {
    constexpr std::string_view name = "\"written_rows\":\"";
    const auto at = summary.find(name);
    return at == std::string::npos ? -1 : std::atoll(summary.c_str() + at + name.size());
  }

  ClickhouseAddress address_;
  std::string password_;
  bool compresses_ = false;
  std::atomic<bool> interrupted_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
  Headers headers_;
  std::unique_ptr<CURLM, CleanMulti> multi_;
  std::unique_ptr<CURL, Clean> easy_;
};

}  // namespace

std::unique_ptr<ClickhouseWire> clickhouse_http(const ClickhouseAddress& address) {
  return std::make_unique<Http>(address);
}

}  // namespace dmc::session
