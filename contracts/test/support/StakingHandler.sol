// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GataStaking} from "../../src/GataStaking.sol";
import {GataToken} from "../../src/GataToken.sol";
import {Vm} from "./Vm.sol";

/// @notice Does to the vault whatever stakers, verifier and governance may do, in any order.
contract StakingHandler {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant ACCOUNTS = 4;

    GataToken private immutable _token;
    GataStaking private immutable _staking;
    address private immutable _verifier;
    address private immutable _admin;

    /// @notice Sums in wei of the token, since the beginning.
    uint256 public staked;
    uint256 public rewarded;
    uint256 public withdrawn;
    uint256 public slashed;
    uint256 public given;
    uint256 public calls;

    constructor(GataToken token, GataStaking staking, address verifier, address admin) {
        _token = token;
        _staking = staking;
        _verifier = verifier;
        _admin = admin;
        token.approve(address(staking), type(uint256).max);
    }

    function account(uint256 index) public pure returns (address) {
        return address(uint160(0x57A0 + (index % ACCOUNTS)));
    }

    function accounts() external pure returns (uint256) {
        return ACCOUNTS;
    }

    function stake(uint256 index, uint72 amount) external {
        ++calls;
        try _staking.deposit(amount, account(index)) {
            staked += amount;
        } catch {}
    }

    function unstake(uint256 index, uint256 part) external {
        ++calls;
        uint256 shares = (_staking.balanceOf(account(index)) * (1 + (part % 100))) / 100;
        vm.prank(account(index));
        try _staking.requestUnstake(shares) {} catch {}
    }

    function takeBack(uint256 index, uint256 entry) external {
        ++calls;
        uint256 length = _staking.queueOf(account(index)).length;
        if (length == 0) return;
        vm.prank(account(index));
        try _staking.cancelUnstake(entry % length) {} catch {}
    }

    function withdraw(uint256 index) external {
        ++calls;
        try _staking.withdrawUnstaked(account(index)) returns (uint256 assets) {
            withdrawn += assets;
        } catch {}
    }

    function reward(uint72 amount) external {
        ++calls;
        if (amount == 0) return;
        _staking.addReward(amount);
        rewarded += amount;
    }

    function pour() external {
        ++calls;
        _staking.pourReserve();
    }

    /// @notice A gift that must change nothing.
    function give(uint72 amount) external {
        ++calls;
        _token.transfer(address(_staking), amount);
        given += amount;
    }

    function requestSlash(uint256 index, uint72 amount) external {
        ++calls;
        vm.prank(_verifier);
        try _staking.requestSlash(account(index), amount, 0) {} catch {}
    }

    function decide(uint256 id, bool finish) external {
        ++calls;
        uint256 requests = _staking.slashRequests();
        if (requests == 0) return;
        vm.prank(_admin);
        if (finish) {
            try _staking.finishSlash(id % requests) returns (uint256 taken) {
                slashed += taken;
            } catch {}
        } else {
            try _staking.refuseSlash(id % requests) {} catch {}
        }
    }

    function expire(uint256 id) external {
        ++calls;
        uint256 requests = _staking.slashRequests();
        if (requests == 0) return;
        try _staking.expireSlash(id % requests) {} catch {}
    }

    function pass(uint32 duration) external {
        ++calls;
        vm.warp(vm.getBlockTimestamp() + (duration % 10 days));
    }
}
