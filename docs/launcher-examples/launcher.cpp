// A launcher in C++17 with nothing but sockets: launcher AGENT_JSON PROGRAM [ARGUMENTS…]
//   Linux:   g++ -std=c++17 -o launcher launcher.cpp
//   Windows: x86_64-w64-mingw32-g++ -std=c++17 -static -o launcher.exe launcher.cpp -lws2_32
// It uses the agent that runs.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#define close closesocket
using Process = HANDLE;
#else
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
using SOCKET = int;
using Process = pid_t;
#endif

struct Answer {
  int status;
  std::string body;
};

/** One request on a connection of its own: HTTP/1.0, so that the answer ends with the connection. */
Answer send_request(int port, const std::string &token, const std::string &method, const std::string &path,
                    const std::string &json = "") {
  SOCKET connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
    close(connection);
    throw std::runtime_error("Gata does not run.");
  }
  std::string request = method + " " + path + " HTTP/1.0\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nAuthorization: Bearer " + token + "\r\n";
  if (!json.empty())
    request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n";
  request += "\r\n" + json;
  for (size_t sent = 0; sent < request.size();) {
    auto more = send(connection, request.data() + sent, static_cast<int>(request.size() - sent), 0);
    if (more <= 0) break;
    sent += static_cast<size_t>(more);
  }
  std::string answer;
  char part[4096];
  for (;;) {
    auto got = recv(connection, part, sizeof part, 0);
    if (got <= 0) break;
    answer.append(part, static_cast<size_t>(got));
  }
  close(connection);
  auto body = answer.find("\r\n\r\n");
  if (answer.compare(0, 5, "HTTP/") != 0 || body == std::string::npos)
    throw std::runtime_error("Gata did not answer.");
  return {std::atoi(answer.c_str() + 9), answer.substr(body + 4)};
}

/** The value of a field whose name occurs once; enough for these answers. A program with a JSON library uses that. */
std::string field(const std::string &json, const std::string &name) {
  std::smatch found;
  if (!std::regex_search(json, found, std::regex("\"" + name + "\"\\s*:\\s*\"?([^\",}\\s]+)")))
    throw std::runtime_error("There is no " + name + ".");
  return found[1];
}

/** Starts the program; `pid` is its process id. */
Process start(char **arguments, unsigned long &pid) {
#ifdef _WIN32
  std::string line;
  for (char **each = arguments; *each; each++) line += "\"" + std::string(*each) + "\" ";
  STARTUPINFOA startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION started;
  if (!CreateProcessA(nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup, &started))
    throw std::runtime_error("The game does not start.");
  CloseHandle(started.hThread);
  pid = started.dwProcessId;
  return started.hProcess;
#else
  pid_t child;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments, environ) != 0)
    throw std::runtime_error("The game does not start.");
  pid = static_cast<unsigned long>(child);
  return child;
#endif
}

void wait_for(Process process) {
#ifdef _WIN32
  WaitForSingleObject(process, INFINITE);
#else
  waitpid(process, nullptr, 0);
#endif
}

unsigned long own_pid() {
#ifdef _WIN32
  return GetCurrentProcessId();
#else
  return static_cast<unsigned long>(getpid());
#endif
}

int main(int count, char **arguments) try {
#ifdef _WIN32
  WSADATA version;
  WSAStartup(MAKEWORD(2, 2), &version);
#endif
  if (count < 3) throw std::runtime_error("launcher AGENT_JSON PROGRAM [ARGUMENTS…]");
  std::ifstream file(arguments[1]);
  if (!file) throw std::runtime_error("Gata does not run.");
  const std::string agent{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const int port = std::stoi(field(agent, "port"));

  Answer own = send_request(port, field(agent, "launcher"), "POST", "/v1/launchers", R"({"name":"C++ Launcher"})");
  if (own.status != 200) throw std::runtime_error(own.body);
  const std::string token = field(own.body, "token");

  const std::string path = "/v1/pause-leases/cpp-launcher:" + std::to_string(own_pid());
  auto lease = [](unsigned long pid) {
    return R"({"reason":"Starting a game","ttlSeconds":86400,"pid":)" + std::to_string(pid) + "}";
  };
  // When this returns no job runs and the card is free.
  Answer paused = send_request(port, token, "PUT", path, lease(own_pid()));
  if (paused.status != 200) throw std::runtime_error(paused.body);

  unsigned long pid;
  Process game = start(arguments + 2, pid);
  // From now on the lease belongs to the game, whatever becomes of this launcher. 400: it has ended already.
  send_request(port, token, "PUT", path, lease(pid));
  wait_for(game);
  send_request(port, token, "DELETE", path);
  return 0;
} catch (const std::exception &error) {
  std::cerr << error.what() << "\n";
  return 1;
}
