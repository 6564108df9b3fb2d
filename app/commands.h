#pragma once
#include "app/arguments.h"

namespace stagecast::app {

// Each takes the rest of the command line and returns the exit status.
int serve(Arguments& arguments);         // until SIGTERM or SIGINT
int migrate(Arguments& arguments);       // makes the tables, says the version
int admin(Arguments& arguments);         // link | token --label TEXT | invite --email ADDRESS
int check_config(Arguments& arguments);  // says what holds, or what is wrong
int airings(Arguments& arguments);       // prints a rule's airings, one YYYYMMDDTHHMMSSZ a line

}  // namespace stagecast::app
